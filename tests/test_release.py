"""A release changes nothing unless all is in order, and then every place at once."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools import release


@pytest.fixture
def folder(tmp_path):
    for name in (*release.STATED, "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(release.ROOT / name, tmp_path / name)
    return tmp_path


def test_the_version_is_the_same_wherever_it_stands():
    assert len({release.stated(name) for name in release.STATED}) == 1


@pytest.mark.parametrize(
    "version",
    ["", "1", "1.2", "v1.2.0", "1.2.0rc1", "0.0.1", "\u0669.0.0", "9.00.0", "09.0.0"],
)
def test_a_version_that_is_none_or_too_low_is_refused(folder, version):
    with pytest.raises(release.Refused, match="VERSION must be"):
        release.check(version, "", folder)


def test_what_is_not_committed_is_refused(folder):
    with pytest.raises(release.Refused, match="not committed"):
        release.check("9.0.0", " M README.md", folder)


def test_a_release_needs_notes(folder):
    (folder / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Unreleased\n\n## 0.1.0\n- x"
    )
    with pytest.raises(release.Refused, match="no line under"):
        release.check("9.0.0", "", folder)


def test_a_release_is_written_everywhere(folder):
    said = release.notes((folder / "CHANGELOG.md").read_text("utf-8"))
    release.check("9.0.0", "", folder)
    release.write("9.0.0", "2030-01-02", folder)
    assert {release.stated(name, folder) for name in release.STATED} == {"9.0.0"}
    changelog = (folder / "CHANGELOG.md").read_text("utf-8")
    assert release.notes(changelog) == ""
    assert said in changelog.partition("## 9.0.0 (2030-01-02)")[2]


def test_the_version_of_the_citations_form_is_none_of_the_books(folder):
    release.write("1.2.0", "2030-01-02", folder)  # cff-version is 1.2.0, too
    release.write("1.3.0", "2030-01-03", folder)
    cited = (folder / "CITATION.cff").read_text("utf-8").splitlines()
    assert cited[0] == "cff-version: 1.2.0"
    assert "version: 1.3.0" in cited


@pytest.fixture
def repository(folder, monkeypatch):
    """A repository of the folder, with a commit and a tag."""
    monkeypatch.setattr(release, "ROOT", folder)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "one")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "one@example.org")
    release.git("init")
    release.git("add", ".")
    release.git("commit", "--message", "all")
    release.git("tag", "v9.0.0")
    return folder


def test_a_tag_is_not_given_twice(repository):
    release.check_tag("9.0.1")
    with pytest.raises(release.Refused, match="there is a tag v9"):
        release.check_tag("9.0.0")


def test_what_cannot_be_committed_or_tagged_is_taken_back(repository):
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not so >&2\nexit 1\n", newline="\n")
    hook.chmod(0o755)
    release.write("9.0.1", "2030-01-02", repository)
    with pytest.raises(release.Refused, match="git commit failed:\nnot so"):
        release.record("9.0.1")
    assert release.git("status", "--porcelain") == ""
    hook.unlink()
    release.write("9.0.0", "2030-01-02", repository)  # a tag that there is
    with pytest.raises(release.Refused, match="git tag failed"):
        release.record("9.0.0")
    assert release.stated("CITATION.cff", repository) != "9.0.0"


def test_without_git_there_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(release, "ROOT", tmp_path)
    with pytest.raises(release.Refused, match="git status failed"):
        release.git("status")

    def none(*arguments, **options):
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", none)
    with pytest.raises(release.Refused, match="git is needed"):
        release.git("status")


def test_a_release_holds_nothing_of_an_older_build(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "TARGET", tmp_path / "release")
    live = tmp_path / "_build" / "html" / "_static" / "live"
    versions = [f"{k}.0.0" for k in range(1, 4)]

    def built(*_, **__):
        live.mkdir(parents=True, exist_ok=True)
        (live / f"book-{version}-py3-none-any.whl").write_bytes(b"")
        (tmp_path / "_build" / "book.pdf").write_bytes(b"")
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(subprocess, "run", built)
    for version in versions:
        release.build(version)
        wheel = f"book-{version}-py3-none-any.whl"
        assert [path.name for path in (tmp_path / "release").glob("*.whl")] == [wheel]
        with zipfile.ZipFile(tmp_path / "release" / f"book-{version}.zip") as book:
            held = [Path(name).name for name in book.namelist() if name[-1] != "/"]
        assert held == [wheel]


def test_a_build_that_fails_says_how_to_begin_again(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "ROOT", tmp_path)
    failed = subprocess.CompletedProcess([], 2)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match="make book failed"):
        release.build("9.0.0")


def test_an_older_build_that_stays_is_no_release(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "ROOT", tmp_path)
    (tmp_path / "_build" / "html").mkdir(parents=True)
    monkeypatch.setattr(shutil, "rmtree", lambda path, ignore_errors: None)
    with pytest.raises(SystemExit, match="html could not be removed"):
        release.build("9.0.0")
