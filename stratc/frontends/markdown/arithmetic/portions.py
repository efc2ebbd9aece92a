"""A part, its whole and their percentage in one breath: "52 GB of 64 GB (81 %)", "81 % used (52 of 64 GB)"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply, Literal
from stratc.arith.unit import COUNT, PERCENT
from stratc.frontends.markdown.document.notations import is_index
from stratc.frontends.markdown.document.saying import relation_before
from stratc.frontends.markdown.facts.goals import is_asked
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.markdown.workings.working import Working, literal_of
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.arith.quantity import Quantity
    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_LINKS = frozenset("(=≈→⇒➜~–—:-")
_SIGNS = _LINKS | frozenset(",.>")
_MEANT = words("i.e ie i e or that which is so thus meaning equal equivalent")
_FILLING = words(
    "about only just roughly approximately around on a an the of out its each per gpu memory hbm vram "
    "capacity available total limit budget peak physical usable weight use node"
)
_MEMORIES = words("memory vram hbm capacity")
_USED = words("utilisation utilization usage used occupied full occupancy filled load 占用 利用率 使用率")
_LEFT = words(
    "headroom free remaining remain margin left spare slack unused idle reserve reserved leaving leave 剩余 余量"
)
_LEAVING = words("headroom leaving leave")  # what it says is left follows
_OVER = words("over exceed exceeding excess short shortfall beyond above deficit overflow too insufficient need 超出")
_CHANGED = words(
    "reduction reduce reduced saved saving save increase growth grow faster slower higher lower improvement more less "
    "overhead fewer better overlap cut from drop variance difference imbalance gain instead vs versus than was"
)
_EACH = words("each per total")  # what is counted otherwise than the part
_POINTING = words("the a an its our their that this these those all full whole total")
_NEARLY = words("about roughly around approximately just some only")
_AROUND = frozenset(",(=≈→")
OPERATORS = frozenset("×*/÷+-−^")
_FAR = 9  # tokens between the whole and its percentage, or between the part and the whole
_PREFIXES = 0.1  # of a quotient that prefixes in powers of two may account for


def portions(sentence: Sentence) -> Iterator[Working]:
    """Percentages that say which part of which whole they are, each with the quotient as its working.

    One of what is left is that of the difference; where words speak of an excess it may be either.
    """
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        if (
            token.figure is None
            or token.figure.quantity.unit != PERCENT
            or relation_before(tokens, at) is not Relation.IS
        ):
            continue
        if is_asked(tokens, at):
            continue
        pair = _pair_before(tokens, at) if ends_there(tokens, at) else None
        behind = (
            (_pair_behind(tokens, at) or _pair_of(tokens, at) or _pair_around(tokens, at)) if pair is None else None
        )
        if (found := pair or behind) is None:
            continue
        opens = next((n for n in range(at - 1, found[1], -1) if tokens[n].sign == "("), found[1])
        outside, beside = (tokens[:at], tokens[at:]) if behind else (tokens[:opens], tokens[opens + 1 : at + 3])
        told = {each.stem for each in (*sentence.key, *sentence.header, *outside)}, {each.stem for each in beside}
        part, whole = (literal_of(sentence, figure) for n in found if (figure := tokens[n].figure) is not None)
        senses = (_quotients_behind if behind else _quotients)(in_unit(part, whole), whole, *told)
        term = meant(senses, token.figure.quantity) if senses else None
        if term is not None and not (told[0] | told[1]) & _CHANGED:
            yield Working(token.figure, at, term)


def _pair_of(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The indices of a part and its whole where they fit the percentage: "85 % of 95 GB, 80.75 GB"."""
    share, whole, part = (tokens[n].figure if n < len(tokens) else None for n in (at, at + 2, at + 4))
    if not (share and whole and part) or tokens[at + 1].stem != "of" or tokens[at + 3].sign not in (",", "("):
        return None
    alike = whole.quantity.dimension == part.quantity.dimension and whole.value > 0
    return (at + 4, at + 2) if alike and share.quantity.agrees(part.value / whole.value) else None


def _pair_around(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The indices of a part and its whole on either side of a percentage: "458 TFLOPS, 46 % of the 989 TFLOPS"."""
    after = next((n for n in range(at + 2, min(at + 5, len(tokens))) if tokens[n].figure), None)
    before = _figure_before(tokens, at)
    if after is None or before is None or tokens[at + 1].stem != "of":
        return None
    part, whole, between = tokens[before].figure, tokens[after].figure, tokens[before + 1 : at]
    if part is None or whole is None or part.quantity.dimension in (COUNT, None) or whole.quantity.is_range:
        return None
    joined = between and all(each.sign in _AROUND if each.sign else each.stem in _MEANT | _NEARLY for each in between)
    plain = all(tokens[n].stem in _POINTING for n in range(at + 2, after))
    ends = after + 1 == len(tokens) or tokens[after + 1].sign not in OPERATORS or not tokens[after + 1].sign
    ends = ends and "of" not in {each.stem for each in tokens[max(0, before - 2) : before]}  # "60 of 80 GB (85 % of …"
    alike = part.quantity.dimension == whole.quantity.dimension and whole.value > 0 and part.per is whole.per
    return (before, after) if joined and plain and ends and alike and not _is_term(tokens, before) else None


def _quotients_behind(part: Literal, whole: Literal, outside: set[str], beside: set[str]) -> list[Term]:
    """As `_quotients`, where the pair explains the percentage: "headroom 25 % (60 of 80 GB used)"."""
    share, rest = Apply("÷", part, whole), Apply("÷", Apply("-", whole, part), whole)
    if (outside | beside) & _OVER:
        return []
    left, used = bool(beside & _LEFT), bool(beside & _USED)
    if outside & _LEFT:
        return [rest] if used and not left else [share] if left and not used else [rest, share]
    return [rest, share] if left else [share]


def _quotients(part: Literal, whole: Literal, outside: set[str], beside: set[str]) -> list[Term]:
    """What a percentage of a pair may be, the likeliest first."""
    share, rest = Apply("÷", part, whole), Apply("÷", Apply("-", whole, part), whole)
    if (outside | beside) & _OVER:
        return [share, rest, Apply("÷", Apply("-", part, whole), part), Apply("÷", whole, part)]
    if beside & _LEFT and not beside & _USED:
        return [rest, share] if outside & _LEFT else [rest]
    return [share, rest] if outside & _LEFT else [share]


def meant(senses: list[Term], stated: Quantity) -> Term | None:
    """The term that a figure is worked out of: of those it may be the one that agrees, else the first.

    None where cut digits or unlike prefixes leave it open.
    """
    found = next((each for each in senses if stated.agrees(abs(each.value))), None)
    if found is not None:
        return found if found.value > 0 else None
    step = stated.step if stated.unit == PERCENT else 0.0
    near = any(abs(abs(each.value) - stated.value) <= max(step, _slack(each)) for each in senses)
    return None if near or senses[0].value <= 0 else senses[0]


def _slack(term: Term) -> float:
    """What the unlike prefixes of a quotient may make of it."""
    alike = len(set(_units(term))) == 1
    return 0.0 if alike else _PREFIXES * abs(term.value)


def _units(term: Term) -> tuple[str, ...]:
    match term:
        case Apply(_, left, right):
            return _units(left) + _units(right)
        case Literal(_, unit):
            return (unit.symbol if unit else "",)
    return ()


def _pair_before(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The indices of a part and its whole, with nothing but links and filling words between them and a percentage."""
    whole = _figure_before(tokens, at)
    between = tokens[whole + 1 : at] if whole is not None else ()
    linked = any(each.sign in _LINKS and each.sign for each in between) or any(
        each.stem in _MEANT | _LEAVING for each in between
    )
    parted = any(each.sign == "," for each in between)
    linked = linked or (parted and (_is_of_memory(tokens, at) or _closes(tokens, whole, at)))
    allowed = _MEANT | _FILLING | _USED | _LEFT | _OVER
    if (
        whole is None
        or not linked
        or not all(each.sign in _SIGNS if each.sign else each.stem in allowed for each in between)
    ):
        return None
    last = max((n for n, each in enumerate(between) if each.sign and each.sign in _LINKS | {","}), default=0)
    if _EACH & {each.stem for each in between[last:]}:
        return None
    part = _figure_before(tokens, whole)
    if part is None or not _is_of(tokens, part, whole):
        return None
    return None if _is_term(tokens, part) or is_index(tokens, part) else (part, whole)


def _closes(tokens: Sequence[Token], whole: int | None, at: int) -> bool:
    """Whether a comma and a percentage end what is said of a pair: "(43 of 61 GB, 71 %)"."""
    ends = at + 1 == len(tokens) or tokens[at + 1].sign in (")", ".", ";")
    return ends and whole is not None and whole + 2 == at


def _is_of_memory(tokens: Sequence[Token], at: int) -> bool:
    """Whether a percentage says that it is one of a memory: "60 GB of the 80 GB, 75 % of the memory"."""
    after = [token.stem for token in tokens[at + 1 : at + 4]]
    return after[:1] == ["of"] and bool(_MEMORIES & set(after))


def _pair_behind(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The indices of a part and its whole in the brackets right after a percentage, with nothing else in them."""
    opens = next((n for n in range(at + 1, len(tokens)) if tokens[n].stem not in _FILLING | _USED | _LEFT), len(tokens))
    closes = next((n for n in range(opens, len(tokens)) if tokens[n].sign == ")"), None)
    if closes is None or tokens[opens].sign != "(":
        return None
    figures = [n for n in range(opens + 1, closes) if tokens[n].figure is not None]
    if len(figures) != 2 or not all(_figure_before(tokens, n + 1) == n for n in figures):
        return None
    part, whole = figures
    rest = (*tokens[opens + 1 : part], *tokens[whole + 1 : closes])
    plain = all(each.stem in _FILLING | _USED | _LEFT for each in rest)
    return (part, whole) if plain and _is_of(tokens, part, whole) else None


def _is_term(tokens: Sequence[Token], part: int) -> bool:
    """Whether a sign before a figure makes it the last term of a sum or product: "weights 17.5 GB + KV 12.5 GB of"."""
    for token in reversed(tokens[max(0, part - _FAR) : part]):
        if token.sign in OPERATORS and token.sign:
            return True
        if token.sign or token.figure:
            return False
    return False


def _figure_before(tokens: Sequence[Token], at: int) -> int | None:
    """The index of the nearest exact figure before another."""
    for index in range(at - 1, max(-1, at - _FAR), -1):
        figure = tokens[index].figure
        if figure is not None:
            return None if figure.quantity.is_range or figure.times else index
    return None


def _is_of(tokens: Sequence[Token], part: int, whole: int) -> bool:
    """Whether one figure is said to be part of another of its kind: "of", "out of"; "/" parts figures with units."""
    one, other = tokens[part].figure, tokens[whole].figure
    if one is None or other is None or not other.value:
        return False
    if one.quantity.dimension not in (other.quantity.dimension, COUNT) or one.quantity.unit == PERCENT:
        return False
    between = tokens[part + 1 : whole]
    parted = [each.sign in ("/", "÷") and each.sign for each in between]
    told = any(each.stem == "of" for each in between) or (any(parted) and other.quantity.dimension != COUNT)
    rest = [each for each, is_parted in zip(between, parted, strict=True) if not is_parted]
    return told and all(each.stem in _FILLING | _USED | _LEFT for each in rest)


def ends_there(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing after a percentage makes it one of something else: "(30 % of it cache)"."""
    after = [each for each in tokens[at + 1 : at + 4] if each.stem or each.figure or each.sign]
    known = (_FILLING | _USED | _LEFT | _OVER) - _EACH
    for each in after:
        if each.sign:
            return each.sign not in OPERATORS
        if each.stem not in known or each.figure:
            return False
    return True


def in_unit(part: Literal, whole: Literal) -> Literal:
    """A part without a unit of its own in that of its whole: "0.12 of 312 TFLOPS"."""
    if whole.unit is None or part.dimension != COUNT or whole.dimension == COUNT:
        return part
    return replace(part, number=part.number * whole.unit.scale, unit=whole.unit)
