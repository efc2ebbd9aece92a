"""What is published of the links between devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.origin import Known

if TYPE_CHECKING:
    from stratc.analysis.case import Case

NVLINK = (160e9, 300e9, 400e9, 600e9, 900e9, 1800e9)
"""Bytes a second of one device over NVLink, both directions: P100, V100, A800 and H800, A100, H100, B200.

Source: nvidia-nvlink, table of generations; 400 GB/s is the export variants' figure of their data sheets.
"""


def is_nvlink(case: Case) -> bool:
    """Whether the plan says that its devices are linked by NVLink."""
    named = case.fact("hardware.interconnect")
    return (isinstance(named, Known) and "nvlink" in str(named.value).lower()) or any(case.mentions("nvlink"))
