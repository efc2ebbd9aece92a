"""Rates beside the name of a link: "NVLink 4, 900 GB/s in each direction", "PCIe 5.0 x16 at 64 GB/s"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.quantity import Quantity
from stratc.arith.unit import BYTE_RATE, UNITS
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import Figure
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import relation_before, say
from stratc.ir.scope import Role
from stratc.ir.statement import Relation
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
_LINKS = (
    Pattern(
        r"(?i)\b(?:(?P<nth>first|second|third|fourth|fifth)[- ]gen(?:eration)?\.? )?(?P<kind>nvlink|nvswitch)\b"
        r"(?:[- ]?(?P<gen>[1-5])(?:\.0)?(?![\w.]| ?[x×]| ?[GT]B))?",
        "nvlink|nvswitch",
    ),
    Pattern(
        r"(?i)\b(?P<kind>pcie|pci[- ]express)(?:[- :\"]*(?:gen(?:eration)?[- ]?)?(?P<gen>[3-6])(?:\.0)?(?![\w.]"
        r"| ?[GT]B))?"
        r"(?: ?[x×](?P<lanes>16|8|4)\b)?",
        "pcie|pci express|pci-express",
    ),
    Pattern(r"\b(?P<kind>EDR|HDR100|HDR|NDR200|NDR400|NDR|XDR)\b", "EDR|HDR|NDR|XDR"),
    Pattern(
        r"(?i)\b(?P<kind>gpu[- ]to[- ]gpu|inter[- ]gpu|peer[- ]to[- ]peer)\b",
        "to-gpu|to gpu|inter-gpu"
        r"|inter gpu|peer",
    ),
)
_EACH = Pattern(
    r"(?i)\b(?:(?:each|per|one|every|a single|either)[- ](?:direction|way)|unidirectional|one-way|simplex"
    r"|uni-directional)\b",
    "direction|way|simplex",
)
_BOTH = Pattern(
    r"(?i)\b(?:both (?:directions|ways)|bi-?directional(?:ly)?|two directions|duplex|(?:in|out) and (?:in|out)\b"
    r"|sum of (?:both|the two))",
    "both|direction|duplex|sum of| and ",
)
_LESS = Pattern(
    r"(?i)\b(?:measured|achiev\w*|effective\w*|sustain\w*|usable|realistic|practice|reach(?:es)?|busbw|observed"
    r"|efficien\w*"
    r"|instead|not|without|if|would|than|vs|versus|faster|slower|times)\b"
)
_SEVERAL = Pattern(
    r"(?i)\b(?:dual|two|four|eight|sixteen|aggregate\w*|total|together|all|rails|bisection|combined|\d+ ?[x×](?!\d)"
    r"|[x×] ?\d+(?!\d| ?lane)|(?:per|each|every|of an?|of the|whole|an? whole) (?:node|server|host|machine"
    r"|chassis|rack|system|box))\b"
)
_COUNT = Pattern(
    rf"(?i)(?<![\w.])(?P<n>\d{{1,2}}|{NUMBER_WORD}) ?(?:[x×](?!\d)|(?:[\w/-]+ ){{0,2}}(?:ports?|nics?"
    rf"|hcas?|adapters?|rails?|uplinks?)\b)"
)
_TOGETHER = Pattern(
    r"(?i)\b(?:aggregate\w*|total\w*|together|combined|in all|in sum|altogether|(?:per|each|every|a"
    r"|the whole) (?:node|server|host|machine|box))\b"
)
_FAR, _NEAR = 48, 24  # characters between a link and its rate, after it and before it
_WORDS = ("nvlink", "nvswitch", "pci", "edr", "hdr", "ndr", "xdr", "gpu-to", "gpu to", "gpu - to", "inter", "peer")
_OTHER = Pattern(r"(?i)\b(?:hbm\w*|vram|memory|gddr\w*)\b|;", "hbm|vram|memory|gddr|;")
_APART = Pattern(r"(?i)[,;/()&+.]|\d|\b(?:and|with|plus|while|but|beside|versus|vs)\b")
_OWN_UNIT = Pattern(r"(?i)(?:^|_| )(GBps|GB_s|GBs|Gbps|Gb_s|TBps)(?:$|_| )")
_UNITS = {"gb_s": "GB/s", "gbs": "GB/s"}


class Link(NamedTuple):
    """A link that a text names: its kind, the same with its generation and lanes, and where."""

    kind: str
    name: str
    place: tuple[int, int]


def link_rates(said: Iterable[Sentence]) -> Iterator[Statement]:
    """Claims "link.rate"; `cause` is the link ("nvlink 4", "pcie 5 x16", "hdr") and what is said of its directions.

    A generation that one line names holds for the lines after it.
    """
    known: dict[str, str] = {}
    for sentence in said:
        if not any(word in sentence.low or word in sentence.key_text for word in _WORDS):
            continue
        text = _spaced(sentence)
        named = tuple(_links(text))
        known.update((each.kind, each.name) for each in named if each.name != each.kind or each.kind not in known)
        if not sentence.has_digit or sentence.scope.role is not Role.PLAN or sentence.block.kind is Kind.HEADING:
            continue
        label = tuple(_links(sentence.key_text)) if sentence.block.kind is Kind.CELL else ()
        if sentence.block.kind is Kind.CELL and any(KIND.fullmatch(token.stem.upper()) for token in sentence.header):
            continue  # of one of several candidates, each in a column
        if (named or label) and not _LESS.search(text):
            yield from _rated(sentence, text, named, label, known)


def _rated(
    sentence: Sentence, text: str, named: tuple[Link, ...], label: tuple[Link, ...], known: dict[str, str]
) -> Iterator[Statement]:
    """The rates of a sentence that belong to a link."""
    rates = [(at, each) for at, each in sentence.figures if each.quantity.dimension == BYTE_RATE]
    rates = rates or [*_with_unit_of_key(sentence)]
    starts = [each.start - sentence.start for _, each in rates]
    for n, (at, figure) in enumerate(rates):
        place = (starts[n], figure.end - sentence.start)
        tied = [each for each in named if _are_tied(text, each.place, place)]
        link = min(tied, key=lambda each: _gap(each.place, place)) if tied else label[0] if len(label) == 1 else None
        if link is None or figure.quantity.is_range or relation_before(sentence.tokens, at) is not Relation.IS:
            continue
        first = min(link.place[0], place[0]) if tied else place[0]
        last = min([place[1] + _FAR, *(start for start in starts if start > place[0])])
        said = say(sentence, "link.rate", figure.value, (figure.start, figure.end), figure=figure)
        flags = _flags(sentence, text[max(0, first - _NEAR) : last], figure)
        yield replace(said, cause=" ".join((known.get(link.kind, link.kind), *flags)))


def _gap(link: tuple[int, int], rate: tuple[int, int]) -> int:
    return max(rate[0] - link[1], link[0] - rate[1])


def _are_tied(text: str, link: tuple[int, int], rate: tuple[int, int]) -> bool:
    """Whether a rate follows the name of the link closely, or stands right before it: "a 64 GB/s PCIe slot".

    One of memory beside them is none of the link: "NVLink nodes, each GPU with 4.8 TB/s of HBM".
    """
    if link[1] <= rate[0]:
        apart = _APART.search(text, rate[1], rate[1] + _NEAR)
        last = apart.start() if apart else rate[1] + _NEAR
        other = _OTHER.search(text, link[1], rate[0]) or _OTHER.search(text, rate[1], last)
        return rate[0] - link[1] <= _FAR and not other
    between = text[rate[1] : link[0]]
    return link[0] - rate[1] <= _NEAR and not (_APART.search(between) or _OTHER.search(between))


def _spaced(sentence: Sentence) -> str:
    """The text, in lines of code with names in words."""
    return sentence.text.replace("_", " ") if sentence.block.kind is Kind.CODE else sentence.text


def _links(text: str) -> Iterator[Link]:
    """The links that a text names; a general name counts where no other stands."""
    found = False
    for pattern in _LINKS:
        if pattern is _LINKS[-1] and found:
            break
        for match in pattern.finditer(text):
            groups = match.groupdict()
            kind = match["kind"].lower().replace("nvswitch", "nvlink").replace(" ", "-").replace("pci-express", "pcie")
            gen = groups.get("gen") or _ORDINALS.get((groups.get("nth") or "").lower(), "")
            lanes = f"x{groups['lanes']}" if groups.get("lanes") else ""
            found = True
            yield Link(kind, " ".join(filter(None, (kind, gen, lanes))), match.span())


def _flags(sentence: Sentence, near: str, figure: Figure) -> Iterator[str]:
    """What is said of directions and of how many links, by the words near a rate and by its labels."""
    labels = " ".join(token.stem for token in (*sentence.key, *sentence.header)).replace("_", " ")
    whole = f"{labels} . {near}" if sentence.block.kind in (Kind.CELL, Kind.CODE) else near
    if _EACH.search(whole):
        yield "each"
    if _BOTH.search(whole):
        yield "both"
    if _SEVERAL.search(whole):
        yield "several"
    count = _COUNT.search(whole)
    if count and _TOGETHER.search(whole):
        yield f"n{number(count['n'])}"
    if "bit" in figure.quantity.unit.symbol:
        yield "bits"


def _with_unit_of_key(sentence: Sentence) -> Iterator[tuple[int, Figure]]:
    """A bare number under a name that holds its unit: "pcie_GBps: 32"."""
    unit = _OWN_UNIT.search(sentence.text.partition(":")[0]) if sentence.block.kind is Kind.CODE else None
    if unit is None:
        return
    for at, figure in sentence.figures:
        if figure.is_count and at == len(sentence.tokens) - 1:
            named = UNITS[_UNITS.get(unit[1].lower(), unit[1])]
            value = figure.value * named.scale
            yield at, figure._replace(quantity=Quantity(value, value, named, step=named.scale))
