"""What rules on the bytes of a collective share: the finding where a plan states what a known slip gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, show
from stratc.rules.rule import Finding

if TYPE_CHECKING:
    from stratc.analysis.sent import Message, Slip


def misstated(message: Message, slip: Slip, help: str) -> Finding:  # noqa: A002
    """Bytes that are said to be sent beside those that are."""
    claim, right = message.claim, slip.right
    return Finding(
        at=claim,
        message=f"{claim.quantity.show()} stated, but {right} = {show(right.value, BYTE)}: {slip.words}",
        because=right,
        stated=claim.value,
        unit=BYTE,
        write=claim.quantity.corrected(right.value),
        help=help,
    )
