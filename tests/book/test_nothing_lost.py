"""What the book held when it had fourteen lessons, it holds still."""

import pytest

from book.inventory import GONE, RENAMED, before, inventory, standing

KINDS = sorted({thing.partition(" ")[0] for thing in before()})


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost(kind):
    lost = [
        thing
        for thing, _, now, why in standing()
        if thing.startswith(f"{kind} ") and not now and not why
    ]
    assert lost == []


def test_what_is_gone_or_renamed_was_there_and_is_there_no_more():
    now = inventory()
    assert {*GONE, *RENAMED} <= before().keys()
    assert not {*GONE, *RENAMED} & now.keys()
    assert all(why.strip() for why in GONE.values())
