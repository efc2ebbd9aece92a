"""Words inside a sentence that turn a figure away from the plan: "instead of 64", "vs 12.5 % in the original"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE_RATE
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_EARLIER = words(
    "impossible impossibility infeasible invalid incorrect incorrectly wrongly original originally previous "
    "previously baseline vs versus was formerly old traditional until ran ramp"
)
_OTHER = words("would if could alternatively hypothetically support supporting e.g unlike floor dashboard smi")
_WEIGHED = words("considered tried evaluated tested rejected weighed dismissed")
_RARE = words("occasional rare odd stray exceptional")
_CHOOSING = words("go use take choose propose suggest recommend run pick")
_MAY = words("can could may might would let allow allowing permit enough room headroom possible")
_CHANGES = words("increase raise grow go move double lift extend reduce lower drop push switch increased raised")
_FAR = 14  # tokens in which a sentence says that something might change
_NOW = words("now currently")
_THEN = ("原方案", "原计划", "原来", "原先", "此前", "之前", "旧方案", "最初", "曾")
_HENCE = ("改为", "改成", "调整为", "换成", "现", "目前", "如今")
_NOT_DONE = ("不行", "不可行", "行不通", "不采用", "不选", "放弃", "否决", "排除")
_PAIRS = {
    ("instead", "of"): Role.EARLIER,
    ("no", "longer"): Role.EARLIER,
    ("rather", "than"): Role.EARLIER,
    ("compared", "to"): Role.EARLIER,
    ("compared", "with"): Role.EARLIER,
    ("relative", "to"): Role.EARLIER,
    ("looked", "at"): Role.ALTERNATIVE,
    ("support", "for"): Role.ALTERNATIVE,
    ("scale", "to"): Role.ALTERNATIVE,
    ("scaling", "to"): Role.ALTERNATIVE,
    ("scaled", "to"): Role.ALTERNATIVE,
    ("up", "to"): Role.ALTERNATIVE,
    ("for", "example"): Role.EXAMPLE,
    **{("without", each): Role.ALTERNATIVE for each in ("tensor", "pipeline", "tp", "pp", "zero", "sharding")},
}
_NEXT_ONLY = {"from": Role.EARLIER, "not": Role.ALTERNATIVE, "than": Role.EARLIER}
_SIGNS = frozenset(("less", "fewer", "more", "greater"))
_ENDS = frozenset(".;:→➜")


def role_before(tokens: Sequence[Token], at: int) -> Role | None:
    """The role that the words before a token give it; None where they leave it to this plan.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> role_before(tokens_of("8 layers instead of 16", 0), 4)
    <Role.EARLIER: 'earlier-plan'>
    """
    if _may_become(tokens, at):
        return Role.ALTERNATIVE
    later = ""
    words = figures = 0
    for index in range(at - 1, max(-1, at - 16), -1):
        token = tokens[index]
        if token.sign in _ENDS and token.sign:
            return None
        figures += token.figure is not None
        if not token.stem:
            if token.sign in (",", ")") and words > 1:
                return None
            continue
        words += 1
        if words <= 2 and token.stem in _NEXT_ONLY and not figures and not (words == 1 and _bounds(tokens, index)):
            return _NEXT_ONLY[token.stem]
        if (token.stem, later) in _PAIRS:
            return _PAIRS[token.stem, later]
        if words <= 4 and token.stem in _EARLIER:
            return Role.EARLIER
        if words <= 3 and token.stem in _WEIGHED:
            formerly = _EARLIER & {each.stem for each in tokens[max(0, index - 3) : index]}
            return Role.EARLIER if formerly else Role.ALTERNATIVE
        if not token.stem.isascii() and (turned := _turned(token.stem)):
            return Role.EARLIER if turned == "then" else None
        if token.stem in _NOW:
            return None
        if words == 1 and token.stem == "alternative" and tokens[index + 1].sign == "(":
            return Role.ALTERNATIVE  # "an expert-parallel alternative (EP8, …)"
        if token.stem in _OTHER and not _proposes(tokens, index, later):
            return Role.ALTERNATIVE
        later = token.stem
    return None


def is_rare(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word right before a figure makes it an exception: "the occasional 20,000-token prompt"."""
    return at > 0 and tokens[at - 1].stem in _RARE


def _may_become(tokens: Sequence[Token], at: int) -> bool:
    """Whether something might be changed to a figure: "lets us raise the micro-batch size to 2", "could go to PP 4"."""
    stems = [token.stem for token in tokens[max(0, at - _FAR) : at] if token.sign not in ("=", "≈", "~")]
    if "to" not in stems[-3:]:
        return False
    verb = next((n for n in range(len(stems) - 1, -1, -1) if stems[n] in _CHANGES), 0)
    return not _MAY.isdisjoint(stems[max(0, verb - 5) : verb])


def _bounds(tokens: Sequence[Token], index: int) -> bool:
    """Whether "than" belongs to the sign of a bound: "stays below, less than 5 %", not to "4 ms, less than 5 ms"."""
    before = tokens[max(0, index - 5) : index]
    return bool(before) and before[-1].stem in _SIGNS and not any(token.figure for token in before)


def _turned(word: str) -> str:
    """ "now" or "then", whichever a word of a script without blanks says last; "" where it says neither."""
    places = {sense: max(word.rfind(each) for each in said) for sense, said in (("then", _THEN), ("now", _HENCE))}
    sense = max(places, key=lambda each: places[each])
    return sense if places[sense] >= 0 else ""


def _proposes(tokens: Sequence[Token], index: int, verb: str) -> bool:
    """ "I would go with", "we would use": a modest way to say what this plan does."""
    return tokens[index].stem == "would" and verb in _CHOOSING and index > 0 and tokens[index - 1].stem in ("i", "we")


def role_after(tokens: Sequence[Token], at: int) -> Role | None:
    """The role that the words after a token give it: "12.5 % in the original", "64, which would give"."""
    after = [token.stem for token in tokens[at + 1 : at + 4] if token.stem]
    if after[:1] == ["which"] and after[1:2] in (["would"], ["could"], ["might"]):
        return Role.ALTERNATIVE
    if after and after[0].startswith(_NOT_DONE):
        return Role.ALTERNATIVE
    for token in tokens[at + 1 : at + 5]:
        if token.sign and token.sign not in "-":
            return None
        if token.stem in ("original", "originally", "previously", "baseline"):
            return Role.EARLIER
    return None


def is_of_bandwidth(tokens: Sequence[Token], at: int) -> bool:
    """Whether a percentage is of a memory's bandwidth: "the 70% bandwidth share", "1.8 TB/s at 80%"."""
    if any(token.stem in ("bandwidth", "hbm", "memory") for token in tokens[at + 1 : at + 2]):
        return True
    rate = tokens[at - 2].figure if at > 1 else None
    return tokens[at - 1].stem == "at" and rate is not None and rate.quantity.dimension == BYTE_RATE


def is_aside(tokens: Sequence[Token], at: int) -> bool:
    """A figure that only compares or explains: "close to 60%", "2 bytes per parameter"."""
    before = [token.stem for token in tokens[max(0, at - 2) : at]]
    if at and (tokens[at - 1].sign == "±" or (before[-1:] == ["of"] and at > 1 and tokens[at - 2].figure is not None)):
        return True
    words = [token.stem for token in tokens[max(0, at - 4) : at]]
    if "out" in words and words[words.index("out") + 1 :] in (["of"], ["of", "the"], ["of", "it"]):
        return any(token.figure is not None for token in tokens[max(0, at - 5) : at])  # "51 GB out of the 80 GB"
    after = [token.stem for token in tokens[at + 1 : at + 3]]
    return before == ["close", "to"] or after in (["per", "parameter"], ["per", "element"], ["per", "param"])
