"""Of which plan a sentence speaks, and about what."""

from __future__ import annotations

from enum import Enum

from stratc.record import Record, dataclass

PHASES = ("prefill", "decode")  # of serving, which run side by side and may have strategies of their own


class Role(Enum):
    """Whether a statement describes this plan or something beside it."""

    PLAN = "plan"
    EARLIER = "earlier-plan"
    ALTERNATIVE = "alternative"
    TARGET = "target"
    EXAMPLE = "example"


class Topic(Enum):
    """What a section is about, where its heading says so."""

    HARDWARE = "hardware"
    MODEL = "model"
    WORKLOAD = "workload"
    STRATEGY = "strategy"
    MEMORY = "memory"
    LATENCY = "latency"
    THROUGHPUT = "throughput"
    UTILISATION = "utilisation"
    COMMUNICATION = "communication"
    BALANCE = "balance"
    PIPELINE = "pipeline"
    TENSOR = "tensor"
    EXPERT = "expert"
    DATA = "data"
    SEQUENCE = "sequence"
    FAULT_TOLERANCE = "fault-tolerance"
    VALIDATION = "validation"


@dataclass(frozen=True, slots=True, repr=False)
class Scope(Record):
    """The headings above a sentence and what follows from them.

    `strategy` names the strategy it belongs to where a plan holds several ("prefill", "decode", a title), else "".
    """

    role: Role = Role.PLAN
    path: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    strategy: str = ""


HERE = Scope()
