"""What is published of the links between devices, and what theirs carry in one direction."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from stratc.analysis.architecture import Assumption
from stratc.analysis.setting import amount
from stratc.ir.origin import Assumed, Known
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.text.span import Span

NVLINK = (160e9, 300e9, 400e9, 600e9, 900e9, 1800e9)
"""Bytes a second of one device over NVLink, both directions: P100, V100, A800 and H800, A100, H100, B200.

Source: nvidia-nvlink, table of generations; 400 GB/s is the export variants' figure of their data sheets.
"""

GENERATIONS = {"1": 160e9, "2": 300e9, "3": 600e9, "4": 900e9, "5": 1800e9}
"""The same by the generation of NVLink."""

NVLINK_OF = (
    *(("v100", 300e9), ("a100", 600e9), ("a800", 400e9), ("h100", 900e9), ("h200", 900e9), ("gh200", 900e9)),
    *(("h800", 400e9), ("h20", 900e9), ("b200", 1800e9), ("gb200", 1800e9), ("b300", 1800e9), ("gb300", 1800e9)),
)
"""The same by accelerator, where that is built with NVLink."""

PCIE = {"3": 16e9, "4": 32e9, "5": 64e9, "6": 128e9}
"""Bytes a second of sixteen lanes of PCIe in one direction, by generation.  Source: pci-sig, data rates."""

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
    name = device.casefold()
    named = next((rate for word, rate in NVLINK_OF if re.search(rf"(?<![a-z0-9]){word}(?!\d)", name)), None)
    return None if re.search(r"pcie|\bnvl\b", name) else named or (None if name else GENERATIONS.get(generation))


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
