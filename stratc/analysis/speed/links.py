"""What is published of the links between devices, and what theirs carry in one direction."""

from __future__ import annotations

from collections.abc import Container, Iterator
from math import isclose
from typing import TYPE_CHECKING, NamedTuple

from stratc.analysis.memory.setting import amount
from stratc.analysis.model.architecture import Assumption
from stratc.ir.origin import Assumed, Known
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.claim import Claim
    from stratc.text.span import Span

GENERATIONS = {"1": 160e9, "2": 300e9, "3": 600e9, "4": 900e9, "5": 1800e9}
"""Bytes a second of one device over NVLink, both directions, by generation: P100, V100, A100, H100, B200.

Source: nvidia-nvlink, table of generations.
"""

NVLINK = frozenset((*GENERATIONS.values(), 400e9))
"""The same of any device; 400 GB/s is what the export variants A800 and H800 have by their product briefs."""

ROUNDED = 0.01
LANES = 16
PCIE = {"3": 16e9, "4": 32e9, "5": 64e9, "6": 128e9}
"""Bytes a second of so many lanes of PCIe in one direction, by generation.  Source: pci-sig, data rates."""

SLOT = PCIE["5"]
"""What slots carry at most; faster links between devices are NVLink or its like."""

PORTS = {"edr": 12.5e9, "hdr100": 12.5e9, "hdr": 25e9, "ndr200": 25e9, "ndr": 50e9, "ndr400": 50e9, "xdr": 100e9}
"""Bytes a second of a port of InfiniBand of four lanes (two for HDR100 and NDR200) in one direction.

Source: infiniband-roadmap.
"""

OTHER_LINKS = (
    # what occurs in the name of an accelerator of another maker, and the link that it has
    *((name, "HCCS") for name in ("ascend", "昇腾", "910b", "910c")),
    *((name, "Infinity Fabric") for name in ("mi250", "mi300", "mi325", "mi350", "mi355")),
    ("tpu", "ICI"),
    ("gaudi", "Ethernet"),
    ("trainium", "NeuronLink"),
)


class LinkRate(NamedTuple):
    """A rate beside the name of a link, apart: the link, its generation and lanes, the ports counted, what is said."""

    claim: Claim
    kind: str
    generation: str
    lanes: int
    ports: int
    said: frozenset[str]

    @property
    def is_peer(self) -> bool:
        """Whether the link joins devices directly."""
        return self.kind not in ("pcie", *PORTS)

    @property
    def is_published(self) -> bool:
        """Whether it is what NVLink of its generation, or of any where none is named, carries in both directions."""
        total = GENERATIONS.get(self.generation)
        totals = NVLINK if total is None else {total}
        return self.kind == "nvlink" and any(isclose(self.claim.value, each, rel_tol=ROUNDED) for each in totals)


def link_rates(case: Case) -> Iterator[LinkRate]:
    """The rates that the plan gives links by their names."""
    for claim in case.claims("link.rate"):
        kind, *said = claim.cause.split()
        numbers = {each[:1]: int(each[1:]) for each in said if each[1:].isdecimal()}
        generation = next((each for each in said if each.isdecimal()), "")
        yield LinkRate(claim, kind, generation, numbers.get("x", LANES), numbers.get("n", 1), frozenset(said))


def link_of_maker(device: str) -> str:
    """The link between devices that are not NVIDIA's, "" for others: "HCCS".

    Sources: the data sheets of the makers, as in the catalogue.
    """
    return next((link for name, link in OTHER_LINKS if name in device.casefold()), "")


def nvlink_total(device: str, generation: str = "") -> float | None:
    """Bytes a second of a device over NVLink, both directions, by its name, else by the generation of the link.

    >>> nvlink_total("H800 80GB"), nvlink_total("", "3"), nvlink_total("L40S")
    (400000000000.0, 600000000000.0, None)
    """
    if not device:
        return GENERATIONS.get(generation)
    from stratc.catalog.load import peer_link

    rate = None if link_of_maker(device) else peer_link(device)
    return 2 * rate if rate and rate > SLOT else None


def is_nvlink(case: Case) -> bool:
    """Whether the plan says that its devices are linked by NVLink."""
    named = case.fact("hardware.interconnect")
    return (isinstance(named, Known) and "nvlink" in str(named.value).lower()) or any(case.mentions("nvlink"))


def is_nvlink_stated(case: Case, apart: Container[Span]) -> bool:
    """Whether the plan gives its devices NVLink in any sentence but those: as their link, or by its name."""
    named = case.fact("hardware.interconnect")
    stated = isinstance(named, Known) and "nvlink" in str(named.value).lower()
    return stated or any(each.context not in apart for each in case.mentions("nvlink", roles=tuple(Role)))


def link_rate(case: Case) -> float | None:
    """Bytes a second that the links of a device carry in one direction; None where the plan does not say.

    A collective sends and receives at once, so the sum of both directions, which data sheets print, is halved.
    """
    rate = amount(case, "hardware.link_bandwidth")
    return None if rate is None else rate / (amount(case, "hardware.link_directions") or 1)


def assumed_directions(case: Case) -> Iterator[Assumption]:
    """That the stated bandwidth of links is the sum of both directions, where it was taken so."""
    directions, rate = case.fact("hardware.link_directions"), link_rate(case)
    if isinstance(directions, Known) and isinstance(directions.origin, Assumed) and rate is not None:
        yield Assumption("hardware.link_bandwidth", rate, directions.origin.because)
