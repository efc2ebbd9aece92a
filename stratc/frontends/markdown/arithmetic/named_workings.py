"""Formulas over names that lines above give a value: "used = 140 GB", then "free = capacity - used = 20 GB"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.term import Apply, Named
from stratc.frontends.markdown.arithmetic.sums import line_of
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.fence_kinds import is_tagged
from stratc.frontends.markdown.document.saying import equation, relation_before
from stratc.frontends.markdown.workings.operators import SIGNS
from stratc.frontends.markdown.workings.working import Place, literal_of
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_ROLES = (Role.PLAN, Role.TARGET)
_EQUALS = frozenset(("=", "≈"))
_CEILED, _FLOORED = frozenset(("ceil", "ceiling", "roundup")), frozenset(("floor",))
_OF_TWO = frozenset(("max", "min"))
_TURNS = frozenset(("and", "versus", "vs", "then", "so", "while", "but"))
_LOOSE, _TIGHT = frozenset("+-"), frozenset("×÷")
_LONGEST, _DEEPEST = 60, 12  # tokens of a line, brackets inside brackets
_WORDS = 4  # of a name at most
_ASIDE = frozenset("(（[,;#")
_DEGREES = ("tp", "pp", "dp", "ep", "cp", "sp")
_NAMES = {
    **{f"strategy.{degree}": degree for degree in _DEGREES},
    "model.layers": "layers",
    "model.heads": "heads",
    "model.kv_heads": "kv heads",
    "model.experts": "experts",
}


class _Given:
    """What the lines so far give a name: the last value of all and of each section, and how many values differ."""

    __slots__ = ("_last", "_of_section", "_values")

    def __init__(self) -> None:
        self._of_section: dict[tuple[str, ...], Named] = {}
        self._values: set[float] = set()
        self._last: Named | None = None

    def give(self, term: Named, section: tuple[str, ...]) -> None:
        """Keeps a value that stands in a section."""
        self._of_section[section] = self._last = term
        self._values.add(term.value)

    def value(self, section: tuple[str, ...]) -> Named | None:
        """What the name stands for in a section: the last value above in it, or the only one of all."""
        return self._of_section.get(section) or (self._last if len(self._values) == 1 else None)


class _Side(NamedTuple):
    """One side of an equation, and the sentence that it stands in."""

    sentence: Sentence
    tokens: Sequence[Token]


def is_formula(sentence: Sentence) -> bool:
    """Whether a line may hold a formula: it has an equals sign and is none of a program."""
    return "=" in sentence.row and not is_tagged(sentence.block.language) and len(sentence.tokens) <= _LONGEST


def named_workings(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where the figure at the end of such a formula has the formula as its working."""
    found = {figure.start: (sentence, figure, term) for sentence, figure, term in _found(said, _facts(statements))}
    result = []
    for each in statements:
        _, figure, term = found.get(each.span.start, (None, None, None))
        if figure is not None and each.span.end >= figure.end and not isinstance(each.value, str):
            found.pop(each.span.start)
            if each.working is None and term is not None:
                each = replace(each, working=term, quantity=each.quantity or figure.quantity)
        result.append(each)
    return [*result, *(equation(*each) for each in found.values())]


def _facts(statements: Sequence[Statement]) -> dict[str, Named]:
    """What a plan gives the names that every plan uses, where it gives one value alone."""
    values: dict[str, dict[float, Statement]] = {}
    for each in statements:
        name = _NAMES.get(each.subject)
        if name and each.scope.role is Role.PLAN and isinstance(each.value, (int, float)):
            values.setdefault(name, {})[float(each.value)] = each
    alone = ((name, *each.popitem()) for name, each in values.items() if len(each) == 1)
    return {name: Named(name, value, Place(each.span)) for name, value, each in alone}


def _found(said: Sequence[Sentence], facts: dict[str, Named]) -> Iterator[tuple[Sentence, Figure, Term]]:
    """Each line that ends in one figure and works it out over names, with that figure and the working."""
    known: dict[str, _Given] = {}
    name, above = "", list[_Side]()
    for sentence in said:
        if sentence.scope.role not in _ROLES or is_tagged(sentence.block.language):
            continue
        if not is_formula(sentence):
            line = line_of(sentence) if sentence.key and sentence.block.kind is not Kind.CELL else None
            if line is not None:
                _give(known, _name(sentence, sentence.key), sentence, line.figure)
            name, above = "", []
            continue
        goes_on = sentence.tokens[0].sign in _EQUALS and above
        own, sides = _sides(sentence)
        name, above = (name, [*above, *sides]) if goes_on else (own, sides)
        figure = _result(above[-1].tokens) if above else None
        if figure is None or any(_begins_another(side.tokens) or _is_other(side, figure) for side in above):
            continue
        section = sentence.scope.path
        names = facts | {each: value for each, given in known.items() if (value := given.value(section))}
        term = next(filter(None, (_Reader(side, names).read() for side in above[:-1])), None)
        if term is not None:
            yield sentence, figure, term
        _give(known, name, sentence, figure)


def _give(known: dict[str, _Given], name: str, sentence: Sentence, figure: Figure) -> None:
    """Keeps the value of a name."""
    if name:
        unit = figure.quantity.unit if figure.quantity.unit.symbol else None
        place = Place(Span(sentence.source, figure.start, figure.end))
        known.setdefault(name, _Given()).give(Named(name, figure.value, place, unit), sentence.scope.path)


def _sides(sentence: Sentence) -> tuple[str, list[_Side]]:
    """The name that a line defines, "" for none, and the sides of its equation."""
    sides = _parted(sentence)
    if any(_is_tied(side) or _is_listed(side) for side in sides[:-1]):
        return "", []
    name = _name(sentence, sides[0])
    if len(sides) > 2 and name:
        return name, [_Side(sentence, each) for each in sides[1:]]
    if sentence.key:
        return _name(sentence, sentence.key), [_Side(sentence, each) for each in sides]
    return name, [_Side(sentence, each) for each in sides[bool(name) or not sides[0] :]]


def _parted(sentence: Sentence) -> list[list[Token]]:
    """The tokens between the equals signs of a line, its label left out."""
    start = len(sentence.tokens) - len(sentence.value)
    sides: list[list[Token]] = [[]]
    depth = 0
    for token in sentence.tokens[start:]:
        depth += (token.sign == "(") - (token.sign == ")") if token.sign else 0
        if token.sign in _EQUALS and not depth:
            sides.append([])
        elif token.sign not in ("~", "`"):
            sides[-1].append(token)
    return sides


def _is_tied(side: Sequence[Token]) -> bool:
    """Whether a degree ends a side that has more, and the sign after it ties it to its value: "4 × TP" of "TP=2"."""
    return len(side) > 1 and side[-1].stem in _DEGREES and bool(side[-2].sign) and any(token.figure for token in side)


def _is_listed(side: Sequence[Token]) -> bool:
    """Whether a comma parts a side, so that something else begins after it."""
    depth = 0
    for token in side:
        depth += (token.sign == "(") - (token.sign == ")") if token.sign else 0
        if not depth and token.sign in (",", ";"):
            return True
    return False


def _name(sentence: Sentence, tokens: Sequence[Token]) -> str:
    """The name that some words are, as they are written; "" where they are more than a name."""
    inside = [token for token in tokens if token.sign not in ("_", "-")]
    plain = all(token.stem or token.sign == "%" for token in inside)
    return _written(sentence, inside) if plain and 0 < len(inside) <= _WORDS else ""


def _written(sentence: Sentence, tokens: Sequence[Token]) -> str:
    """Words in lower case, but single letters as they are: "E" is not "e"."""
    words = (sentence.written(token) or token.stem or token.sign for token in tokens)
    return " ".join(word if len(word) == 1 else word.lower() for word in words)


def _begins_another(side: Sequence[Token]) -> bool:
    """Whether words after the figure of a side lead on to another calculation: "= 32 and max(64, 8 × 4) = 64"."""
    turn = next((at for at, token in enumerate(side) if token.stem in _TURNS), len(side))
    return any(token.figure for token in side[:turn]) and any(token.figure for token in side[turn:])


def _is_other(side: _Side, figure: Figure) -> bool:
    """Whether a side before the last is a result of its own: the GPUs in "= 32 GPUs = 4 nodes"."""
    own = _result(side.tokens)
    return own is not None and own is not figure and not own.quantity.agrees(figure.value)


def _result(side: Sequence[Token]) -> Figure | None:
    """The one exact figure that a side begins with, nothing but words and asides after it."""
    figure = side[0].figure if side else None
    if figure is None or figure.quantity.is_range or figure.more or figure.times:
        return None
    for token in side[1:]:
        if token.sign in _ASIDE:
            return figure
        if token.figure is not None or token.sign in SIGNS:
            return None
    return figure


class _Reader:
    """One walk over one side of an equation; nothing is read where anything in it is not understood."""

    def __init__(self, side: _Side, known: dict[str, Named]) -> None:
        self.sentence, self.side = side
        self.known = known
        self.at = 0
        self.names = 0  # and functions, without which other readers read the line

    def read(self) -> Term | None:
        """The whole side as a term over names."""
        term = self.added(0)
        return term if self.at == len(self.side) and self.names and isinstance(term, Apply) else None

    def added(self, depth: int) -> Term | None:
        """A sum."""
        return self.joined(depth, _LOOSE)

    def joined(self, depth: int, signs: frozenset[str]) -> Term | None:
        """Operands with signs of one rank between them."""
        inner = self.operand if signs is _TIGHT else lambda deep: self.joined(deep, _TIGHT)
        left = inner(depth)
        while left is not None and (sign := self.sign()) in signs:
            self.at += 1
            right = inner(depth)
            left = Apply(sign, left, right) if right is not None else None
        return left

    def sign(self) -> str:
        """The operator that stands here; "" for none."""
        return SIGNS.get(self.side[self.at].sign, "") if self.at < len(self.side) else ""

    def operand(self, depth: int) -> Term | None:
        """A figure, a name, a function or what stands in brackets."""
        if self.at >= len(self.side) or depth > _DEEPEST:
            return None
        token = self.side[self.at]
        if token.sign == "(":
            return self.bracketed(depth)
        if token.figure is not None:
            return self.figure(token)
        after = self.side[self.at + 1].sign if self.at + 1 < len(self.side) else ""
        if after == "(" and token.stem in _CEILED | _FLOORED | _OF_TWO:
            return self.function(token.stem, depth)
        return self.name()

    def figure(self, token: Token) -> Term | None:
        """An exact figure and the noun that it counts."""
        self.at += 1
        if token.figure is None or token.figure.quantity.is_range or relation_before((token,), 0) is not Relation.IS:
            return None
        while self.at < len(self.side) and self.side[self.at].stem and self.side[self.at].stem != "x":
            self.at += 1
        return literal_of(self.sentence, token.figure)

    def name(self) -> Term | None:
        """The longest known name that begins here."""
        for end in range(min(len(self.side), self.at + _WORDS + 1), self.at, -1):
            found = self.known.get(_name(self.sentence, self.side[self.at : end]))
            if found is not None and not (end < len(self.side) and (self.side[end].stem or self.side[end].figure)):
                self.at = end
                self.names += 1
                return found
        return None

    def bracketed(self, depth: int) -> Term | None:
        """What stands in brackets."""
        self.at += 1
        term = self.added(depth + 1)
        return term if self.closes() else None

    def closes(self) -> bool:
        """Whether a bracket closes here, which is then passed."""
        closed = self.at < len(self.side) and self.side[self.at].sign == ")"
        self.at += closed
        return closed

    def function(self, called: str, depth: int) -> Term | None:
        """A quotient rounded up or down, the larger or the smaller of two."""
        self.at += 2
        first = self.added(depth + 1)
        self.names += 1
        if called in _OF_TWO:
            if first is None or self.at >= len(self.side) or self.side[self.at].sign != ",":
                return None
            self.at += 1
            second = self.added(depth + 1)
            return Apply(called, first, second) if second is not None and self.closes() else None
        rounded = isinstance(first, Apply) and first.op == "÷"
        if not isinstance(first, Apply) or not rounded or not self.closes():
            return None
        return Apply("⌈÷⌉" if called in _CEILED else "⌊÷⌋", first.left, first.right)
