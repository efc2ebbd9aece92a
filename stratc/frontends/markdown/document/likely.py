"""Rows that a text can concern: those whose words stand in it, found by looking for every word once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


class Likely(Generic[T]):
    """A table from rows of words to values; a text concerns a value when it has a word of each of its rows.

    The first row of words should be the rarest: a text without them is looked at no further.
    """

    __slots__ = ("_by_word", "_rows")

    def __init__(self, rows: Iterable[tuple[T, Sequence[Sequence[str]]]]) -> None:
        self._rows: list[tuple[T, Sequence[Sequence[str]]]] = []
        self._by_word: dict[str, list[int]] = {}
        for value, (first, *others) in rows:
            for word in first:
                self._by_word.setdefault(word, []).append(len(self._rows))
            self._rows.append((value, others))

    def of(self, low: str) -> list[T]:
        """The values that a text in lower case may concern, in the order of the table.

        >>> Likely([("sum", [["total", "sum"]]), ("rate", [["per"], ["second"]])]).of("8 requests per second in total")
        ['sum', 'rate']
        """
        seen = {row for word, rows in self._by_word.items() if word in low for row in rows}
        likely = (self._rows[row] for row in sorted(seen))
        return [value for value, others in likely if all(any(map(low.__contains__, words)) for words in others)]
