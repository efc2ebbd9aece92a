"""What arithmetic is made of: figures with the words beside them, and signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stratc.arith.unit import Unit
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.tokens import Token


@dataclass(slots=True)
class Operand:
    """A figure, the words beside it, and what brackets after it hold."""

    at: int
    value: float
    unit: Unit | None
    span: tuple[int, int]
    figure: Figure | None
    name: str = ""
    words: tuple[Token, ...] = ()
    times: bool = False  # a share in words, which multiplies what it is of


Item = Operand | str  # a figure or one of + - × ÷ = ( ) ? ;
UNKNOWN = "?"  # a symbol
