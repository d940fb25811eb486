"""A release changes nothing unless all is in order, and then every place at once."""

import shutil

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


@pytest.mark.parametrize("version", ["", "1", "1.2", "v1.2.0", "1.2.0rc1", "0.0.1"])
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
