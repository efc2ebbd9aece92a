"""All devices of a plan in running text: "reserve 64 H100", "TP 8, PP 4, DP 2, i.e. 64 A100", "96 H800 in 12 nodes"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.kinds import KIND_MARK, marked
from stratc.frontends.markdown.document.number_words import NUMBERS, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.layout.items import axes_in
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_WORD = "|".join(word for word in NUMBERS if NUMBERS[word] > 3)
_N = rf"(?<![\w.,×/–-])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{_WORD})"
_WHAT = (
    rf"(?:{KIND_MARK}s?(?: ?{DEVICE}s)?|{DEVICE}s|ranks|processes)(?![\w-])(?!,? (?:each|per|a|for each)\b)(?! ?[×x/÷])"
)
_MACHINE = r"(?:nodes?|servers?|hosts?|machines?|boxes)"
_BOUGHT = Pattern(
    r"(?i)\b(?:reserv|book|order|approv|rent|leas|request|purchas|procur|allocat|grant|budget for|bought|buy)\w*\b"
    rf"[^.;:()\n\d]{{0,32}}? {_N} {_WHAT}",
    "reserv|book|order|approv|rent|leas|request|purchas|procur|allocat|grant|budget for|bought|buy",
)
_NEEDED = Pattern(
    rf"(?i)\b(?:need|requir|tak|occup|com(?:e|es|ing) to|amount)\w*\b[^.;:()\n\d]{{0,24}}? {_N} {_WHAT}",
    "need|requir|tak|occup|come to|comes to|coming to|amount",
)
_ALL_OF_IT = Pattern(
    r"(?i)\b(?:in all|in total|altogether|all told|overall|together|in sum)\b",
    "in all|in total|altogether|all told|overall|together|in sum",
)
_MULTIPLIED = Pattern(
    r"(?i)(?:\bi\.e\.,?|\b(?:hence|thus|so|or|and so|makes?|making|gives?|giving|totall?ing|sum:?|in (?:all|total)))"
    rf"(?: (?:a (?:total|world|world size) of|in (?:all|total)|altogether|on|it is|this is))?[ :]*{_N} {_WHAT}",
)
_POOL = Pattern(
    r"(?i)\b(?:partition|pool|cluster|fleet|allocation|slice|quota|reservation|grant|budget|system|machine) "
    rf"(?:of|with|has|have|holds?|counts?|comprises|totals?) {_N} (?:Blackwell |Hopper )?{_WHAT}",
    "partition|pool|cluster|fleet|allocation|slice|quota|reservation|grant|budget|system|machine",
)
_GIVEN = Pattern(
    rf"(?i)\b(?:racks?|nodes|servers|machines|boxes|trays)\b[^.;:()\d]{{0,24}}?\b(?:gives?|makes?|is|are|have|yields?|thus|hence|so|"
    rf"for)(?: us| you| a total of| in all| together)* {_N} (?:Blackwell |Hopper )?{_WHAT}",
    "rack|nodes|servers|machines|boxes|trays",
)
_WORLD = Pattern(rf"(?i)\bworld(?: size)? of {_N}(?: {_WHAT})?(?![\w.,]\d)", "world of|world size of")
_STANDING = Pattern(
    rf"(?i){_N} {_WHAT},? (?:(?:spread|distributed|housed|standing|installed) )?(?:in|on|across|over|from) "
    rf"(?P<nodes>\d{{1,5}}|two|three|{_WORD}) (?:(?:HGX|DGX|identical|{KIND_MARK}) ?)*{_MACHINE}\b(?! of\b| each\b)",
    "node|server|host|machine|box",
)
_OF_A_PART = Pattern(
    r"(?i)\b(?:each|every|per|a|an|one|single|stages?|groups?|ranks?|los[est]\w*|fails?|spans?|instead|rather|not|"
    r"old|new|another|other|further|more|extra|additional|up to|at least|at most|if|could|would|may|might|spares?)\b"
    r"|(?:replica|instance|engine|copy|server|node|pod|box|machine|host)\b",
)
_READ = (
    (_BOUGHT, "hardware.device_count"),
    (_POOL, "hardware.device_count"),
    (_GIVEN, "hardware.device_count"),
    (_NEEDED, "strategy.device_count"),
)
_MOST = 32  # devices of a machine, or 72 of a rack


def device_totals(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the devices that a sentence gives the whole plan, and of a machine where it counts both."""
    if sentence.scope.role is not Role.PLAN or "?" in sentence.text[-3:]:
        return
    text = marked(sentence.text)
    for match in _STANDING.finditer(text):
        if not _is_of_part(text, match.start("n")):
            yield from _standing(sentence, match)
    for pattern, key in _READ:
        for match in pattern.finditer(text):
            whole = pattern is not _NEEDED or _ALL_OF_IT.search(text) is not None
            named = pattern in (_POOL, _GIVEN)
            if whole and not _is_of_part(text, _before(text, match.start()) if named else match.start("n")):
                yield said_at(sentence, key, number(match["n"]), match.span("n"))
    if found := _WORLD.search(text):
        yield said_at(sentence, "strategy.device_count", number(found["n"]), found.span("n"))
    if len(axes_in(sentence.tokens)) > 1 and (found := _MULTIPLIED.search(text)):
        before = [token for token in sentence.tokens if token.end <= sentence.start + found.start("n")]
        axes = axes_in(before)
        if (len(axes) > 2 or "strategy.dp" in axes) and not _is_of_part(text, found.start("n")):
            yield said_at(sentence, "strategy.device_count", number(found["n"]), found.span("n"))


def _standing(sentence: Sentence, match: Match[str]) -> Iterator[Statement]:
    """Devices and the machines that they stand in."""
    devices, nodes = number(match["n"]), number(match["nodes"])
    yield said_at(sentence, "hardware.device_count", devices, match.span("n"))
    if devices % nodes == 0 and 1 < devices // nodes <= _MOST:
        yield said_at(sentence, "hardware.devices_per_node", devices // nodes, match.span("nodes"))


def _before(text: str, at: int) -> int:
    """Where the article of a word begins, or the word itself."""
    before = text[:at].rstrip()
    return len(before) - len(before.rpartition(" ")[2]) if before.lower().endswith((" a", " an", " one")) else at


def _is_of_part(text: str, at: int) -> bool:
    """Whether the clause before an offset speaks of a part, of another plan, or of what might be."""
    first = max(text.rfind(sign, 0, at) for sign in ".;()") + 1
    return _OF_A_PART.search(text, first, at) is not None
