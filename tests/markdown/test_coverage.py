"""Which figures of a plan count as read."""

from __future__ import annotations

import pytest

from stratc.frontends.markdown.read import FRONTEND
from stratc.text.source import Source

PLAN = "- **Experts per layer**: 64\n- **Total GPUs**: 32\n"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Each of the 64 experts answers on its own.", ()),
        ("Broadcast the input to all 32 GPUs.", ()),
        ("Broadcast the input to 31 GPUs.", ("31",)),
        ("The input is cut into 32 pieces of paper.", ("32",)),
    ],
)
def test_a_count_said_again_is_read(line: str, left: tuple[str, ...]) -> None:
    reading = FRONTEND.read(Source("plan.md", PLAN + "\n" + line + "\n"), lambda path, _: Source(path, ""))
    assert tuple(each.text for each in reading.unread) == left
