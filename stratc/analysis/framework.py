"""Which framework runs a plan, and which of its degrees that framework derives by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stratc.ir.origin import Known, Missing, Unknown, value_or

if TYPE_CHECKING:
    from stratc.analysis.case import Case

NAMES = (
    # part of a name as plans write it, the framework
    ("fork-of", ""),  # which may take and derive other things
    ("megatron-deepspeed", "deepspeed"),
    ("deepspeed", "deepspeed"),
    ("megatron", "megatron"),
    ("nemo", "megatron"),
    ("neox", "neox"),
    ("vllm", "vllm"),
    ("sglang", "sglang"),
    ("torchtitan", "torchtitan"),
    ("accelerate", "accelerate"),
)
CALLED = {
    "megatron": "Megatron-LM",
    "deepspeed": "DeepSpeed",
    "vllm": "vLLM",
    "sglang": "SGLang",
    "torchtitan": "torchtitan",
}
KEY = "strategy.framework"
DERIVING = ("megatron", "deepspeed")
"""Frameworks that derive the data-parallel degree from the devices."""


def framework(case: Case, *wanted: str) -> str:
    """The target that was asked for, else the one framework that the plan names, if it is one of these.

    Raises Missing where none of them is meant, or the plan names two.
    """
    found = case.target or _named(case)
    if found not in wanted:
        raise Missing(KEY)
    return found


def concerns_a_framework(case: Case) -> bool:
    """Whether a plan is to be held to a framework: one was asked for, one is named, or the plan is a launch."""
    return bool(case.target or case.launch or case.has(KEY))


def is_launch_of(case: Case, *names: str) -> bool:
    """Whether a plan is a launch of one of these frameworks."""
    return bool(case.launch) and (case.target or _named(case)) in names


def _named(case: Case) -> str:
    fact = case.fact(KEY)
    if isinstance(fact, Unknown):
        return ""
    rivals = [each for conflict in case.plan.conflicts if conflict.key == KEY for each in conflict.others]
    names = {family(str(each.value)) for each in (fact, *rivals)}
    return names.pop() if len(names) == 1 else ""


def family(name: str) -> str:
    """The framework that a plan's name for it means, "" where it is none of those known here."""
    folded = name.casefold().replace(" ", "-").replace("_", "-")
    return next((known for part, known in NAMES if part in folded), "")


def replicas(case: Case) -> tuple[Known[Any], int]:
    """The devices of the plan, and the data-parallel degree that Megatron and DeepSpeed derive from them.

    Source: Megatron-Core, megatron/training/arguments.py: dp = world ÷ (tp × cp × pp).  Raises Missing where the world
    is not stated, or no multiple of these degrees.
    """
    world = case.fact("strategy.device_count")
    if isinstance(world, Unknown):
        raise Missing("strategy.device_count")
    share = model_ranks(case)
    if world.value % share:
        raise Missing("strategy.dp")
    return world, world.value // share


def model_ranks(case: Case) -> int:
    """Ranks of one copy of the dense part: tp × cp × pp."""
    strategy = case.strategy
    return value_or(strategy.tp, 1) * value_or(strategy.cp, 1) * value_or(strategy.pp, 1)


def longest(case: Case) -> Known[Any]:
    """The one length of all sequences.  Raises Missing where there is none, or a range."""
    known = case.known("workload.sequence_length")
    if known.value.is_range:
        raise Missing("workload.sequence_length")
    return known


def switched_off(case: Case, key: str, flag: str) -> bool:
    """Whether a plan does without something: it says so, or it is a launch file without the flag.

    Raises Missing where a plan in words does not say.
    """
    fact = case.fact(key)
    if isinstance(fact, Known):
        return fact.value in (1, False)
    if not case.launch:
        raise Missing(key)
    return case.setting(flag) is None


def trains(case: Case) -> bool:
    """Whether the plan is believed to train.  Raises Missing where that is open."""
    return bool(case.known("workload.phase").value == "training")
