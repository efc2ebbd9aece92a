"""What launches and configurations set, beside what the plan says in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isclose
from typing import TYPE_CHECKING, Any

from stratc.analysis.said.values import ONE_VALUE, differ
from stratc.ir.origin import Known, Stated
from stratc.ir.scope import PHASES
from stratc.ir.setting import ALONE, Setting
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.ir.plan import Conflict

COMPARED = (ONE_VALUE - {"strategy.schedule"}) | {
    *("strategy.dp", "strategy.device_count", "strategy.recompute", "model.kv_precision"),
}
PARTS = {
    # key: the counts by which plans in words divide it, for a device, a stage or a replica
    "model.layers": ("strategy.pp", "strategy.vpp"),
    "model.heads": ("strategy.tp",),
    "model.kv_heads": ("strategy.tp",),
    "model.hidden_size": ("strategy.tp",),
    "model.ffn_hidden_size": ("strategy.tp",),
    "model.experts": ("strategy.ep", "strategy.device_count"),
    "workload.batch_size": ("strategy.dp", "workload.micro_batches", "strategy.device_count"),
    "workload.micro_batch_size": ("strategy.dp", "workload.micro_batches"),
    "strategy.device_count": ("strategy.dp",),
}
_DRAFTED = Pattern(r"num[-_]speculative[-_]tokens\W{1,5}(\d{1,2})\b", "speculative")
BESIDE = 300  # characters that a command or a mapping takes
MANY = 2  # configurations beside the first
NARROW = frozenset(("fp8", "fp4", "int8", "int4"))  # formats of weights or products, beside that of the run


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A value that settings give to a key, the one that the plan says, and the setting that is the first to differ."""

    key: str
    set_: Known[Any]
    said: Known[Any]
    setting: Setting
    alone: bool  # the plan says one other value
    undisputed: bool  # and its only launch sets this one
    scattered: bool  # one of many settings apart from one another, as in a guide that shows one after another


def contradicted(case: Case) -> Iterator[Contradiction]:
    """Every value that all launches and configurations give to a key, where the plan says another one.

    Where they differ among themselves, one of them may be meant for something else, and nothing is said; but the only
    launch of a plan is held to the one configuration that the plan writes down beside it.
    """
    places = case.set_places
    launches = {each.launch for each in case.plan.settings if each.launch != ALONE}
    beside = len(launches) == 1 and not _are_scattered(case)
    for conflict in case.plan.conflicts:
        if conflict.key in COMPARED and (found := _against(conflict, places, beside)):
            set_, said, alone = found
            setting = places[set_.spans()[0]]
            whole = "global" in setting.name and set_.value < said.value  # of which the plan can count no part
            phase = setting.name.partition(".")[0] in PHASES  # to which words of the whole plan need not apply
            if (
                setting.value is True
                or phase
                or _is_ceiling(conflict.key, set_.value, said.value, setting)
                or (not whole and _both_meant(case, conflict.key, set_.value, said.value, setting))
            ):
                continue
            launched = setting.launch != ALONE
            undisputed = alone and launched and len(launches) == 1
            scattered = not launched and _are_scattered(case)
            yield Contradiction(conflict.key, set_, said, setting, alone, undisputed, scattered)


def _is_ceiling(key: str, set_: Any, said: Any, setting: Setting) -> bool:
    """Whether a setting only bounds what the plan counts with from above: `maxBatchSize: 48` beside a batch of 20."""
    counted = isinstance(set_, int | float) and isinstance(said, int | float)
    return counted and key.startswith("workload.") and "max" in setting.name.lower() and set_ > said


def accumulated(case: Case) -> Iterator[Contradiction]:
    """The passes that a launch accumulates, which frameworks count as micro-batches, where the plan says others."""
    set_, said = case.fact("workload.micro_batches"), case.fact("workload.accumulation_steps")
    if not (isinstance(set_, Known) and isinstance(said, Known) and said.is_stated) or set_.value == said.value:
        return
    if not case.is_set(set_) or case.is_set(said) or case.has_several("workload.accumulation_steps"):
        return
    setting = case.set_places[set_.spans()[0]]
    if "accum" in setting.name:
        yield Contradiction("workload.accumulation_steps", set_, said, setting, True, False, False)


def drafted(case: Case) -> Iterator[Contradiction]:
    """The tokens that a server is set to draft, where the plan counts with another number of them."""
    claims = [*case.claims("draft.tokens")]
    set_ = {match[1]: each for each in case.plan.settings if (match := _DRAFTED.search(f"{each.name}: {each.value}"))}
    if len(set_) != 1 or len({each.value for each in claims}) != 1:
        return
    ((count, setting),) = set_.items()
    if float(count) != claims[0].value:
        values = (Known(int(count), Stated(setting.places)), Known(int(claims[0].value), Stated(claims[0].spans())))
        yield Contradiction("draft.tokens", *values, setting, True, False, False)


def _are_scattered(case: Case) -> bool:
    """Whether settings that no launch takes stand in more places than a plan has configurations."""
    starts = sorted(span.start for each in case.plan.settings if each.launch == ALONE for span in each.places[:1])
    return sum(other - one > BESIDE for one, other in pairwise(starts)) >= MANY


def _against(
    conflict: Conflict, places: Mapping[object, Setting], beside: bool
) -> tuple[Known[Any], Known[Any], bool] | None:
    """The value that is set and the one that is said; whether no other is said.

    `beside` tells that a value of the launch is held to that of a configuration.
    """
    rivals = [each for each in (conflict.believed, *conflict.others) if each.is_stated]
    launched = [
        each for each in rivals if all(span in places and places[span].launch != ALONE for span in each.spans())
    ]
    if beside and len(rivals) == 2 and len(launched) == 1:
        configured = next(each for each in rivals if each is not launched[0])
        return launched[0], configured, True
    set_ = [each for each in rivals if all(span in places for span in each.spans())]
    said = [each for each in rivals if not any(span in places for span in each.spans())]
    if len(set_) != 1 or not said or len(set_) + len(said) < len(rivals):
        return None
    return set_[0], said[0], len(said) == 1


def _both_meant(case: Case, key: str, set_: Any, said: Any, setting: Setting) -> bool:
    """Whether both values can hold: the plan counts for a part, or for a number format beside the other."""
    if key == "strategy.recompute":
        return "none" not in (set_, said)  # of what is recomputed plans speak loosely
    narrow = not key.startswith("model.kv_") and not {set_, said}.isdisjoint(NARROW)
    if not differ(said, set_, case.tolerance) or narrow or str(setting.value) == str(said):
        return True  # as written, where a framework takes another value from it, such as the ranks of attention
    if key == "hardware.devices_per_node" and set_ < said:
        return True  # a launch may use some devices of a node
    if not (isinstance(set_, (int, float)) and isinstance(said, (int, float)) and set_ and said):
        return False
    if said > set_ and not key.startswith(("workload.", "strategy.")):
        return False
    ratio = max(set_, said) / min(set_, said)
    whole = key == "strategy.device_count"  # of a launch that sets the degree itself, and so starts all of it
    parts = (each for each in PARTS.get(key, ()) if _is_stated(case, each))
    counts = (float(case.known(each).value) for each in parts if not (whole and _sets(case, each, setting)))
    return any(isclose(ratio, each, rel_tol=0.01) for each in counts)


def _sets(case: Case, key: str, beside: Setting) -> bool:
    """Whether the launch of a setting, or a command that is none of a known framework, gives a value to a key too."""
    places, here = case.set_places, beside.spans()[0]
    found = [span for span in case.known(key).spans() if span in places and places[span].launch == beside.launch]
    return any(beside.launch != ALONE or abs(span.start - here.start) < BESIDE for span in found)


def _is_stated(case: Case, key: str) -> bool:
    return case.has(key) and case.known(key).is_stated
