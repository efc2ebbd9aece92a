"""What a plan takes the gigabits of its network for, elsewhere: the same number of gigabytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE_RATE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_BITS = Pattern(r"(?i)\d ?[gt](?:b/s|bps|bits?/s|bit)", "gb|tb|gbit|tbit")
_NETWORK = Pattern(
    r"(?i)\b(?:infiniband|ib|roce|rdma|ethernet|efa|nic|network|inter-?node|[hne]dr|slingshot)\b"
    r"|\b(?:cross|between|across|beyond|to the next|leaves?)\b[^.;]{0,24}\b(?:nodes?|servers?)\b|节点间|机间|跨节点",
    "ib|infiniband|roce|rdma|ethernet|efa|nic|network|inter|dr|slingshot|node|server|节点|机间",
)
_SEVERAL = Pattern(
    r"(?i)[×x*]\s*(?:[a-z]\w*\s+){0,3}\d+ ?[gt]b(?:ps|/s|it)|b(?:/s|ps|it/s)(?: [a-z]+)? ?[×x*] ?\d"
    r"|\b(?:[2-9]|\d\d|two|four|eight|dual|all)[- ](?:[\w-]+ ){0,2}"
    r"(?:nics?|hcas?|links?|ports?|rails?|adapters?|网卡)\b"
    r"|(?:nics?|hcas?|ports?|rails?|gb/s|gbps|infiniband|roce) (?:per|a|in each|on each|each)"
    r" (?:node|server|box|machine|host)"
    r"|\brails?\b|每节点[^\n]{0,12}(?:网卡|[gt](?:bps|b/s))",
    "×|x|*|nic|hca|link|port|rail|adapter|网卡|per |infiniband|roce|节点",
)
_OTHERWISE = Pattern(  # another link, several links, or no statement of the plan's own
    r"(?i)nvlink|nvswitch|hccs|xgmi|\bhbm|vram|\bmemory\b|node's|whole node|per (?:node|server|box|machine|host)"
    r"|\beight\b|(?<![\d.,])8 ?[×x*]|[×x*] ?8(?![\d.,])|aggregate|combined|total"
    r"|instead|\bif\b|would|wrong|\bnot\b|upgrade",
    "nv|hccs|xgmi|hbm|vram|memory|eight|8|node|per |aggregate|combined|total|instead|if|would|wrong|not|upgrade",
)
_A_BYTE = 8


def taken_for_bytes(said: Sequence[Sentence], text: str) -> Iterator[Statement]:
    """Mentions "bits_as_bytes": "400 Gb/s InfiniBand per GPU", and then "46 MB at 400 GB/s: 0.12 ms" over that network.

    A node with eight links of that rate does move as many bytes, so a plan that counts its links is left alone.
    """
    if not _BITS.search(text):
        return
    stated: set[float] = set()
    before: Sentence | None = None
    for line in said:
        if line.scope.role is Role.PLAN and BYTE_RATE in line.dimensions:
            rates = [figure for _, figure in line.figures if figure.quantity.unit.dimension == BYTE_RATE]
            bits = {figure.value for figure in rates if "bit" in figure.quantity.unit.symbol}
            used = next((each for each in rates if each.value / _A_BYTE in stated), None)
            if used and not bits and _is_of_network(_said_with(line, before, text)):
                if _SEVERAL.search(text):
                    return
                place = (used.start, used.end)
                yield say(line, "mention.bits_as_bytes", text[used.start : used.end], place)
            stated |= bits
        before = line


def _said_with(line: Sentence, before: Sentence | None, text: str) -> str:
    """A sentence and what stands with it: the label of its row, or the sentence before it of the same paragraph."""
    if line.block.kind is Kind.CELL:
        return f"{text[slice(*line.block.label)]}; {line.text}"
    beside = before is not None and before.block.start == line.block.start
    return f"{before.text} {line.text}" if before is not None and beside else line.text


def _is_of_network(said: str) -> bool:
    return _NETWORK.search(said) is not None and _OTHERWISE.search(said) is None
