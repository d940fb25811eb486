"""The list of strong sentences finds them, under their headings, and no others."""

from tools.claims import ROOT, claims, markdown

TEXT = """\
Before a heading nothing is said.

## First
A walk arrives. It never leaps! On *this* bowl
only the rate decides.

```python
every = all([])
```

### Second
- A quiet row.
- Each row alone.
"""


def test_sentences_with_strong_words_are_found():
    assert list(claims(TEXT)) == [
        ("", "Before a heading nothing is said."),
        ("First", "It never leaps!"),
        ("First", "On *this* bowl only the rate decides."),
        ("Second", "- Each row alone."),
    ]


def test_the_book_is_read():
    text = markdown(ROOT / "chapters" / "gradient_descent.ipynb")
    found = list(claims(text))
    assert len(found) > 20
    assert all(sentence in " ".join(text.split()) for _, sentence in found)
