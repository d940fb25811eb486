"""The book is spelled in American English: prose, code and names alike."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What others wrote: titles of papers, their programs, their licenses, and the faces,
# whose bytes are letters too.
OTHERS = (".bib", "temml.min.js", "codemirror.mjs", "LICENSE", "faces.css")

WORDS = """
    learnt spelt misspelt burnt dreamt leant leapt spoilt spilt whilst amongst grey
    greys greyed greyish greyscale ageing cosy sceptic sceptical sceptics judgement
    judgements acknowledgement acknowledgements artefact artefacts programme
    programmes cheque analogue analogues catalogue catalogues catalogued dialogue
    dialogues licence licences defence offence pretence practise practised practises
    practising maths skilful fulfil fulfils fulfilment instalment instalments mould
    moulds plough focussed focussing biassed biassing benefitted targetted travelled
    traveller travelling centring centred
"""
LETTERS = {
    "our": r"(?:behavi|col|fav|flav|hon|hum|lab|neighb|rig|rum|vap|vig)our\w*",
    "re": r"\w*(?:cent|fib|lit|met|theat|spect|calib)res?",
    "ll": r"\w*(?:canc|chann|lab|lev|mod|tunn|equ|sign|tot|du)[ae]?ll(?:ed|ing|ers?)",
    "is": r"\w{3,}is(?:e|ed|es|er|ers|ing|ations?)",
    "ys": r"(?:anal|catal|paral)ys(?:e|ed|er|ers|ing)",
}
BRITISH = re.compile("|".join(LETTERS.values()))
# American too, though they end like the British forms; the last is a name.
ALIKE = re.compile(
    r"\w+wise|(?:un|de)?(?:noise|poise|raise|praise|rise|arise|surprise|comprise|exercise"
    r"|enterprise|promise|compromise|premise|concise|precise|advise|devise|revise|improvise"
    r"|supervise|disguise|expertise|paradise|treatise|advertise|merchandise|defrise)(?:d|s|rs?)?"
)


def files():
    """The files of the project that are text, and its own."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        ours = not any(part in name for part in OTHERS) and path != Path(__file__)
        if ours and path.exists() and b"\0" not in path.read_bytes():
            yield path


def british(text):
    """Its words in British spelling; a name in code is words too."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    return {word for word in set(re.findall(r"[a-z]+", words)) if is_british(word)}


def is_british(word):
    root = re.sub("ing$", "e", word)
    found = BRITISH.fullmatch(word) and not ALIKE.fullmatch(root)
    return word in WORDS.split() or bool(found)


def test_the_project_is_spelled_as_one():
    found = {str(path.relative_to(ROOT)): british(path.read_text()) for path in files()}
    assert {name: words for name, words in found.items() if words} == {}


NOTICED = """
    learnt spelt burnt dreamt spoilt labelled modelling cancelled travelling normalise
    normalised optimisation minimise summarising vectorised regularises initialising
    analyse parallelisation colour colours behaviour favourite neighbouring centre
    centred grey judgement licence practise metre fibre artefact programme catalogue
    sceptical maths
"""
LEFT_ALONE = """
    learned labeled modeling canceled noise denoising surprised promising exercises
    otherwise elementwise supervised raised rising cancellation called taller
    installing four hour your pour source contour tour course analysis analyses center
    gray program license practice meter genre are were more score compare square
    parameter
"""


@pytest.mark.parametrize("word", NOTICED.split())
def test_a_british_form_is_noticed(word):
    for text in (word, word.title(), f"a_{word}_name", f"some{word.title()}Name"):
        assert british(text) == {word}


@pytest.mark.parametrize("word", LEFT_ALONE.split())
def test_an_american_form_is_left_alone(word):
    assert british(word) == set()
