"""What a sentence counts, and for what: "8 GPUs per node", "two replicas of 16 GPUs", "Nodes: 6".

Every token becomes a letter (see `words/counted_nouns`), and a few shapes of grammar are looked for in the letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.letters import Lettered, letter
from stratc.frontends.markdown.words.counted_nouns import AXES, COUNTED, NOUNS
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_J = "j{0,4}"  # adjectives and adverbs
_MODS = r"(?:A[=-]?n-?|[jdylA-]){0,6}"
_HOLDER = r"(?P<holder>[mcrskgP])"
_D = "[jy]{0,4}d{1,4}"
_DEVICES = rf"{_D}(?!{_MODS}[mcrskgD])"
_N = r"(?<![x/+n-])(?P<n>n)"
_THINGS = rf"{_N}x?(?:{_DEVICES}|{_MODS}[mcrskg])"
_OF_DEVICES = rf"{_N}x?{_DEVICES}"
_OF_THINGS = frozenset(("per", "bare", "holds", "fills"))
_HOLDERS = "m|c|r|s|k|g|P"  # one of which stands where a holder does
_SHAPES = (
    # 2, 3 and 1 replicas; us-east runs 6 replicas, eu-central 4 and ap-south 2
    ("listed", Pattern(rf"(?<![x/+n])(?P<list>(?:n,)*n,?&n)x?{_MODS}r", "&n", "r")),
    ("listed", Pattern(rf"{_N}{_MODS}r(?P<more>(?:,?&?[.-]{{1,5}}[hvw]?n(?=[,&;)]|\.?$))+)", "r", ".|-")),
    # two servers of 8 GPUs; 3 replicas, 16 GPUs each
    (
        "several",
        Pattern(
            rf"(?<![x/+n-])(?P<count>n)x?{_MODS}{_HOLDER}(?:[,(:]?{_J}e?=?h?[how]o?|x|[,(:]e|(?P<loose>[,(:=]?v?)){_J}"
            rf"(?P<n>n)x?{_DEVICES}(?P<each>{_J},?i?e)?",
            "d",
            _HOLDERS,
        ),
    ),
    # 8 chips apiece in four machines, 8 GPUs in each of 4 hosts
    (
        "several",
        Pattern(
            rf"(?P<loose>){_OF_DEVICES}{_J}[uio]?(?P<each>e)(?:ot?|[ui])?{_J}(?P<count>n)x?{_MODS}{_HOLDER}",
            "d",
            "e",
            _HOLDERS,
        ),
    ),
    # 8 nodes of 8, two servers with 4 each
    (
        "elided",
        Pattern(
            rf"(?<![x/+n-])(?P<count>n){_MODS}(?P<holder>m)[owx](?P<n>n)(?=,?i?e|[,;)]|\.?$)",
            "mon|mwn|mxn",
        ),
    ),
    # two 8-GPU nodes
    ("sized", Pattern(rf"(?:(?P<count>n)x?|(?<![x/+n-]))(?P<n>n)-(?:d+|W)[j-]*(?P<holder>[mcr]|A{_MODS}g)", "n-")),
    # 8 GPUs per node, 2 replicas on every server, the 4 GPUs of a board
    (
        "per",
        Pattern(
            rf"{_THINGS}{_J}(?:[ouif]?[pe](?:ot)?|o1|[if][a1]|it(?=j)|a){_J}{_MODS}{_HOLDER}",
            "p|e|a|o1|i1|f1|it",
            _HOLDERS,
        ),
    ),
    ("per", Pattern(rf"(?:(?<=[tL])|(?<=[tL]j)){_THINGS}oa{_MODS}{_HOLDER}", "oa")),
    # each server has 8 GPUs, nodes: 8 GPUs each
    (
        "holds",
        Pattern(
            rf"(?P<some>[ea1tpL])?{_MODS}{_HOLDER}{_J}(?:[,(:]?=?h?[how]|(?<!P)[:(=])e?[tj]*{_THINGS}(?P<each>{_J}e)?",
            _HOLDERS,
            "h|o|w|:|(|=",
        ),
    ),
    ("holds", Pattern(rf"(?P<some>(?<![dmrk])p){_J}{_MODS}{_HOLDER}[:(]?{_J}{_THINGS}", "p", _HOLDERS)),
    # an expert group spans 4 nodes, every replica takes 16 GPUs
    (
        "fills",
        Pattern(
            rf"(?P<some>[ea1tpL])?(?:{_MODS}(?P<holder>[rsg])(?:otj)?|(?P<axis>A)l?(?:[=-]?n)?k?)"
            rf"{_J}(?:[vh][uif]?|={_J}[ui])[tj]*"
            rf"(?:{_THINGS}|(?P<one>1|a|tj|2){_MODS}m)",
            "r|s|g|A",
            "v|h|=",
        ),
    ),
    # 48 GPUs in six nodes
    (
        "spread",
        Pattern(
            rf"{_OF_DEVICES},?{_J}(?:[v=]{_J})?[uio][tj]*(?P<count>n)x?{_MODS}(?P<in>[mc])(?!{_J}[eop])",
            "d",
            "m|c",
            "u|i|o",
        ),
    ),
    # hence 64 GPUs
    ("made", Pattern(rf"=[.,:]*(?:a?Wo|iL|u)?[tj]*{_N}x?(?:{_DEVICES}|k)", "=", "d|k")),
    # 64 GPUs altogether, a total of 64 GPUs
    ("whole", Pattern(rf"{_OF_DEVICES}[,)]?i?[WL]", "W|L", "d")),
    ("whole", Pattern(rf"W[o:]?{_OF_DEVICES}", "W", "d")),
    ("bought", Pattern(rf"b[^;:()n]{{0,5}}?{_OF_DEVICES}", "b", "d")),
    ("needed", Pattern(rf"v[^;:()n]{{0,4}}?{_OF_DEVICES}", "v", "d")),
    ("bare", Pattern(rf"(?<!=){_THINGS}", "n")),
)
_LABEL = Pattern(
    rf"[WjotLP&]*(?:(?P<d>{_D})|{_MODS}(?P<noun>[mcrskg]))[WjLitP]*"
    rf"(?:(?:[oif]?[pe]|[oif]a)j*{_MODS}{_HOLDER})?"
)
_AXIAL = Pattern(r"Al?[^;:()nA]{0,5}g")
_FILLING = frozenset(("number", "count", "total", "size", "many"))
_INFORMAL = frozenset(("expert", "data"))  # whose group may be another: "4 GPUs per expert group"
_EACH_FOR_ITSELF = frozenset(("span", "cross", "stretch", "stretche", "cover", "occupy", "fill"))
_DEFINING = "=→"


class Tally(NamedTuple):
    """So many of a noun for one holder, "" where none is named: ("device", 8, "node"), ("tp group", 4, "").

    `shape` names the grammar that said it, `several` how many holders, or things they hold, are counted beside it, and
    `parts` the tokens of the summands where a list was added up; `first` is the first token of its words.
    """

    noun: str
    number: int
    place: tuple[int, int]
    holder: str = ""
    shape: str = ""
    several: int = 0
    at: int = 0  # token of the figure
    first: int = 0
    parts: tuple[int, ...] = ()


def tallies(counts: Lettered) -> Iterator[Tally]:
    """What the letters count, every figure once, by the first shape that has it."""
    taken: set[int] = set()
    for shape, pattern in _SHAPES:
        for found in pattern.finditer(counts.letters):
            named = found.groupdict()
            figures = [found.start(name) for name in ("n", "count") if named.get(name)]
            if named.get("list") or named.get("more"):
                figures = [at for at in range(*found.span()) if counts.letters[at] == "n"]
            if not taken.isdisjoint(figures) or not _holds(counts, shape, found):
                continue
            taken.update(figures)
            yield from _of_match(counts, shape, found)


def _holds(counts: Lettered, shape: str, found: Match[str]) -> bool:
    """Whether a match without a determiner has its "each", and one of several holders no more than one could fill."""
    named = found.groupdict()
    if shape == "fills" and named["holder"] and named["some"] != "e":
        verb = {token.stem for token in counts.tokens[found.end("holder") : found.start("n" if named["n"] else "one")]}
        return not counts.tokens[found.start("holder")].many or not _EACH_FOR_ITSELF.isdisjoint(verb)
    if shape == "several":
        return named["loose"] is None or bool(named["each"])
    if shape == "holds":
        return bool(named["some"] or named["each"] or named["holder"] == "P")
    return True


def _of_match(counts: Lettered, shape: str, found: Match[str]) -> Iterator[Tally]:
    """The tallies of one place: what is counted, and before it how many holders are."""
    named, first = found.groupdict(), found.start()
    if named.get("list") or named.get("more"):
        parts = tuple(at for at in range(first, found.end()) if counts.letters[at] == "n")
        number, start = sum(map(counts.number, parts)), counts.tokens[parts[0]].start
        place = (start, counts.tokens[parts[-1]].end)
        yield Tally("replica", number, place, "", shape, 0, parts[0], first, parts)
        return
    at = found.start("n") if named.get("n") else found.start("one")
    held = found.start("holder") if named.get("holder") else found.start("axis") if named.get("axis") else -1
    holder = _named(counts, held, first) if held >= 0 else ""
    count_at = found.start("count") if named.get("count") else -1
    several = counts.number(count_at) if count_at >= 0 else 0
    number = counts.number(at) if named.get("n") else 2 if counts.letters[at] == "2" else 1
    noun = _named(counts, _noun_at(counts.letters, at), at) if shape in _OF_THINGS else "device"
    if several:
        counted = _named(counts, found.start("in"), count_at) if named.get("in") else holder
        together = shape if shape == "spread" else "several"
        yield Tally(counted, several, _place(counts, count_at), "", together, number, count_at, first)
    yield Tally(noun, number, _place(counts, at), holder, shape, several, at, first)


def _noun_at(letters: str, at: int) -> int:
    """Where the noun of a count stands; what stands before another noun describes that."""
    end = at + 1
    while letters[end] not in NOUNS or (
        letters[end] == "d" and letters[end + 1 : end + 2] in ("d", "m", "c", "r", "g")
    ):
        end += 1
    return end


def _named(counts: Lettered, at: int, first: int) -> str:
    """The noun of a token, a group with its axis: "tp group"; an axis alone stands for its group."""
    letter = counts.letters[at]
    noun = NOUNS.get(letter, "group")
    if noun not in ("group", "rank", "replica"):
        return noun
    for n in range(at, max(first, at - 8) - 1, -1):
        if counts.letters[n] == "A":
            stem = counts.tokens[n].stem
            informal = stem in _INFORMAL and counts.letters[n + 1 : n + 3].lstrip("-")[:1] != "l"
            return f"{stem if informal else AXES.get(stem) or AXES[stem[:2]]} {noun}"
        if n < at and counts.letters[n] in NOUNS:
            break
    former = _AXIAL.compiled.search(counts.letters, 0, first) if noun == "group" else None
    return _named(counts, former.end() - 1, former.start()) if former else noun


def _place(counts: Lettered, at: int) -> tuple[int, int]:
    return counts.tokens[at].start, counts.tokens[at].end


def label_tally(sentence: Sentence) -> Tally | None:
    """What a label counts whose value is a number alone: "Nodes: 6", "| GPUs per replica | 16 |", "Engines → 3"."""
    key, value = (sentence.key, sentence.value) if sentence.key else _defined(sentence)
    figure = value[0].figure if value else None
    if figure is None or not figure.is_count or figure.quantity.is_range:
        return None
    if (len(value) > 1 and value[1].sign not in ("(", ",", ";")) or COUNTED.isdisjoint(token.stem for token in key):
        return None
    letters = "".join(_letter_of_label(key, at) for at in range(len(key)))
    found = _LABEL.compiled.fullmatch(letters)
    if found is None or (found["d"] and not found["holder"]):
        return None
    counts = Lettered(key, letters)
    holder = _named(counts, found.start("holder"), 0) if found["holder"] else ""
    noun = _named(counts, found.start("noun"), 0) if found["noun"] else "device"
    return Tally(noun, int(figure.value), (figure.start, figure.end), holder, "label")


def _defined(sentence: Sentence) -> tuple[Sequence[Token], Sequence[Token]]:
    """What stands before an arrow or "=", and after it: "Nodes → 6"."""
    if sentence.block.kind is Kind.CELL or not any(sign in sentence.text for sign in _DEFINING):
        return (), ()
    at = next((n for n, token in enumerate(sentence.tokens) if token.sign and token.sign in _DEFINING), 0)
    bare = next((n for n, token in enumerate(sentence.tokens) if token.stem), 0)
    return sentence.tokens[bare:at], sentence.tokens[at + 1 :]


def _letter_of_label(key: Sequence[Token], at: int) -> str:
    token = key[at]
    if token.stem:
        return "W" if token.stem in _FILLING else letter(key, at)
    return {"/": "p", "-": "-", "(": "(", ")": ")"}.get(token.sign, "#")
