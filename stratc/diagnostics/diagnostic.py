"""What is wrong: values that hold no text of the source and know nothing of how they are shown."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering
from typing import TYPE_CHECKING

from stratc.record import Record, dataclass
from stratc.text.span import Span

if TYPE_CHECKING:
    from stratc.diagnostics.fix import Fix


@total_ordering
class Severity(Enum):
    """How bad it is, if true; a greater one is worse."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    def __lt__(self, other: Severity) -> bool:
        return _ORDER[self.value] < _ORDER[other.value]


@total_ordering
class Certainty(Enum):
    """How sure it is: definite where any expert agrees without further assumptions; a greater one is surer."""

    JUDGEMENT = "judgement"
    LIKELY = "likely"
    DEFINITE = "definite"

    def __lt__(self, other: Certainty) -> bool:
        return _ORDER[self.value] < _ORDER[other.value]


_ORDER = {"info": 0, "warning": 1, "error": 2, "judgement": 0, "likely": 1, "definite": 2}


class Category(Enum):
    """What kind of fault it is; the words are those of reports."""

    GPU_COUNT = "gpu-count"
    DIVISIBILITY = "divisibility"
    ARITHMETIC = "arithmetic"
    PARAMETERS = "parameters"
    MEMORY = "memory"
    BALANCE = "balance"
    PIPELINE = "pipeline"
    THROUGHPUT = "throughput"
    LATENCY = "latency"
    COMMUNICATION = "communication"
    CONSISTENCY = "consistency"
    UNITS = "units"
    SEMANTICS = "semantics"
    TOPOLOGY = "topology"
    OVERPROVISION = "overprovision"
    TARGET = "target"
    INPUT = "input"


@dataclass(frozen=True, order=True, slots=True, repr=False)
class RuleId(Record):
    """The code, stable for ever, and the name people read."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Label(Record):
    """A place and two or three words that say why it is shown."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Evidence(Record):
    """The numbers of a finding as data: SI values, their unit, and the working that led to `computed`."""

    stated: float | str | None
    computed: float | str | None
    unit: str
    working: str


@dataclass(frozen=True, slots=True, repr=False)
class Diagnostic(Record):
    """One finding; everything a reporter needs, nothing that only one reporter needs.

    `fact` is the key or metric that it is about, or the words it stands on: by it, and not by its line, a finding is
    known again when the text has moved.
    """

    rule: RuleId
    category: Category
    severity: Severity
    certainty: Certainty
    message: str
    primary: Label
    secondary: tuple[Label, ...] = ()
    evidence: Evidence | None = None
    help: str = ""
    fix: Fix | None = None
    fact: str = ""

    @property
    def sort_key(self) -> tuple[Span, str, str]:
        """Source, place, code, message."""
        return self.primary.span, self.rule.code, self.message
