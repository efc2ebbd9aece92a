"""A reader's finding as a Statement."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, SECOND
from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.blocks import Kind
from stratc.ir.scope import Role
from stratc.ir.statement import Per, Relation, Statement
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.values import Value

RELATIONS = {
    "≥": Relation.AT_LEAST,
    "⩾": Relation.AT_LEAST,
    "≤": Relation.AT_MOST,
    "⩽": Relation.AT_MOST,
    ">": Relation.MORE,
    "<": Relation.LESS,
    "＞": Relation.MORE,
    "＜": Relation.LESS,
}
ARROWS = frozenset("→➜⇒✅")
_SCHEDULES = frozenset(("1f1b", "gpipe", "dualpipe"))
_WORDS = {
    ("at", "least"): Relation.AT_LEAST,
    ("more", "than"): Relation.MORE,
    ("greater", "than"): Relation.MORE,
    ("exceed", "the"): Relation.MORE,
    ("at", "most"): Relation.AT_MOST,
    ("up", "to"): Relation.AT_MOST,
    ("less", "than"): Relation.LESS,
    ("fewer", "than"): Relation.LESS,
}
_WORDS_AFTER = {
    ("or", "more"): Relation.AT_LEAST,
    ("or", "higher"): Relation.AT_LEAST,
    ("or", "fewer"): Relation.AT_MOST,
    ("or", "less"): Relation.AT_MOST,
    ("or", "lower"): Relation.AT_MOST,
}
_BETTER = {("or", "better"), ("or", "faster")}
_PARTICLES = {  # words of a verb that are no bound: "these add up to 12 GB", "it hands over 2 GB"
    **dict.fromkeys(("add", "adding", "added", "sum", "summing", "come", "amount"), ("to",)),
    **dict.fromkeys(("hand", "handed", "handing", "carry", "carried", "pass", "passed", "move", "moved"), ("over",)),
}
_ONE_WORD = {
    "over": Relation.MORE,
    "above": Relation.MORE,
    "exceed": Relation.MORE,
    "exceeding": Relation.MORE,
    "under": Relation.LESS,
    "below": Relation.LESS,
    "within": Relation.AT_MOST,
}


def say(
    sentence: Sentence,
    subject: str,
    value: Value,
    place: tuple[int, int],
    *,
    figure: Figure | None = None,
    role: Role | None = None,
    relation: Relation = Relation.IS,
    per: Per = Per.UNSAID,
) -> Statement:
    """A statement of a sentence about the range `place`; `role` overrides that of its section."""
    scope = sentence.scope if role is None else replace(sentence.scope, role=role)
    context = Span(sentence.source, min(sentence.start, place[0]), max(sentence.end, place[1]))
    quantity = figure.quantity if figure else None
    span = Span(sentence.source, *place)
    running = not sentence.key and sentence.block.kind in (Kind.HEADING, Kind.PARAGRAPH)
    passing = running and _SCHEDULES.isdisjoint(sentence.stems)  # "1F1B with 32 micro-batches" says what is run
    return Statement(subject, value, span, context, scope, relation, quantity, per=per, passing=passing)


def equation(sentence: Sentence, figure: Figure, term: Term, *, per: Per = Per.UNSAID) -> Statement:
    """A figure and its working, whatever it stands for."""
    said = say(sentence, "equation", figure.value, (figure.start, figure.end), figure=figure, per=per)
    return replace(said, working=term)


def relation_before(tokens: tuple[Token, ...], at: int) -> Relation:
    """The relation that signs or words before a figure tie it with.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> relation_before(tokens_of("TTFT at most 10 s", 0), 3)
    <Relation.AT_MOST: '<='>
    """
    before = [token for token in tokens[max(0, at - 3) : at] if token.sign not in ("~", "≈", "(", "=")]
    signs = "".join(token.sign or " " for token in tokens[max(0, at - 2) : at])
    if signs.endswith((">=", "<=")):
        return Relation.AT_LEAST if signs[-2] == ">" else Relation.AT_MOST
    if not before:
        return Relation.AT_LEAST if at < len(tokens) and _more(tokens[at]) else _or_more(tokens, at)
    if before[-1].sign in RELATIONS:
        arrow = signs.endswith(("->", "=>"))
        return Relation.IS if arrow else RELATIONS[before[-1].sign]
    pair = (before[-2].stem if len(before) > 1 else "", before[-1].stem)
    if pair[1] in _PARTICLES.get(pair[0] if pair[0] != "up" else before[-3].stem if len(before) > 2 else "", ()):
        return Relation.IS
    found = _WORDS.get(pair) or _ONE_WORD.get(before[-1].stem)
    return found or (Relation.AT_LEAST if _more(tokens[at]) else _or_more(tokens, at))


def is_exact(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether one number stands at an index, and nothing ties it as a bound: no range, and open to neither side.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [is_exact(tokens_of(text, 0), 1) for text in ("takes 10 s", "takes 8-10 s", "under 10 s")]
    [True, False, False]
    """
    figure = tokens[at].figure
    return figure is not None and figure.is_single and relation_before(tokens, at) is Relation.IS


def _or_more(tokens: Sequence[Token], at: int) -> Relation:
    """ "2 or more", "4 or fewer", "30 tokens/s per user or better"."""
    first = at + 3 if at + 3 < len(tokens) and tokens[at + 1].stem == "per" else at + 1
    if first + 1 >= len(tokens):
        return Relation.IS
    said, figure = (tokens[first].stem, tokens[first + 1].stem), tokens[at].figure
    if said in _BETTER and figure is not None:
        return Relation.AT_MOST if figure.quantity.dimension == SECOND else Relation.AT_LEAST
    return _WORDS_AFTER.get(said, Relation.IS)


def is_held_to(tokens: Sequence[Token], at: int) -> bool:
    """Whether a size is compared with a limit after it: "1.4 GB ≤ 16 GB", "9 GB per GPU, well within the 64 GB".

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [is_held_to(tokens_of(text, 0), 0) for text in ("9 GB per GPU << 64 GB", "64 GB per GPU, of which 9 GB")]
    [True, False]
    """
    between = list(takewhile(lambda token: token.figure is None, tokens[at + 1 : at + 9]))
    limit = next((token.figure for token in tokens[at + 1 + len(between) : at + 9]), None)
    if limit is None:
        return False
    signs = [token.sign for token in between if token.sign and token.sign not in "()"]
    within = limit.quantity.dimension == BYTE and {"within", "under", "below"} & {token.stem for token in between}
    return bool(within) or (bool(signs) and signs[0] in ("≤", "<", "＜", "≪"))


def _more(token: Token) -> bool:
    return token.figure is not None and token.figure.more


def usual(sentence: Sentence, at: int) -> Role | None:
    """The role of a fact where its section is about something else than the plan, None where the section decides.

    Batch sizes stand among requirements and are no target; "8 before → 4 now" speaks of this plan after its arrow.
    """
    if sentence.scope.role is Role.TARGET:
        return Role.PLAN
    turned = sentence.scope.role is Role.EARLIER and any(token.sign in ARROWS for token in sentence.tokens[:at])
    return Role.PLAN if turned else None


def said_at(sentence: Sentence, key: str, value: Value, place: tuple[int, int]) -> Statement:
    """A statement that a range of the sentence's text makes, in the role that the words before it give."""
    start = sentence.start + place[0]
    at = next((i for i, token in enumerate(sentence.tokens) if token.end > start), 0)
    role: Role | None = role_before(sentence.tokens, at) or usual(sentence, at)
    return say(sentence, key, value, (start, sentence.start + place[1]), role=role)
