"""What machines, or groups of devices that are counted in places of their own, come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.devices.machines_and_all import machines_and_all
from stratc.frontends.markdown.devices.row_products import row_products

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement


def in_all(said: list[Sentence], statements: list[Statement]) -> Iterator[Statement]:
    """Statements of the devices that machines or rows of a table are in all."""
    yield from (*machines_and_all(said, statements), *row_products(said, statements))
