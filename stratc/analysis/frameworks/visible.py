"""The devices that each launch of a script may see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from stratc.ir.setting import ALONE

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.setting import Setting

VISIBLE = tuple(f"${each}_VISIBLE_DEVICES" for each in ("CUDA", "HIP", "ROCR", "ASCEND_RT"))
_LIST = re.compile(r"\d{1,2}(?:, ?\d{1,2})*")


class Launch(NamedTuple):
    """The setting that lists the devices of a launch, and their numbers."""

    setting: Setting
    devices: frozenset[int]


def listed(setting: Setting) -> frozenset[int]:
    """The devices that such a setting lists; none where it is no list of numbers."""
    text = str(setting.value).strip("\"' ")
    return frozenset(map(int, re.findall(r"\d+", text))) if _LIST.fullmatch(text) else frozenset()


def launches(case: Case) -> tuple[Launch, ...]:
    """Every launch with devices of its own, in the order of the text."""
    found: dict[int, Launch] = {}
    for each in case.plan.settings:
        if each.name in VISIBLE and each.launch != ALONE and (devices := listed(each)):
            found.setdefault(each.launch, Launch(each, devices))
    return tuple(found.values())
