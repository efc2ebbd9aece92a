"""What was said: one value of one subject at one place."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from stratc.ir.scope import HERE, Scope
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.arith.quantity import Quantity
    from stratc.arith.term import Term
    from stratc.ir.values import Value
    from stratc.text.span import Span


class Relation(Enum):
    """How a figure is tied to its subject."""

    IS = "=="
    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"

    def holds(self, left: float, right: float) -> bool:
        """Whether `left` stands in this relation to `right`; IS needs the caller's tolerance and is exact here."""
        match self:
            case Relation.IS:
                return left == right
            case Relation.AT_LEAST:
                return left >= right
            case Relation.AT_MOST:
                return left <= right
            case Relation.MORE:
                return left > right
            case Relation.LESS:
                return left < right


FLOORS, CEILINGS = (Relation.AT_LEAST, Relation.MORE), (Relation.AT_MOST, Relation.LESS)
"""Relations that bound a figure from below, and from above."""


class Per(Enum):
    """What a figure is counted for."""

    TOTAL = "total"
    DEVICE = "device"
    NODE = "node"
    STAGE = "stage"
    LAYER = "layer"
    REPLICA = "replica"
    SEQUENCE = "sequence"
    TOKEN = "token"
    MICRO_BATCH = "micro-batch"
    EXPERT = "expert"
    UNSAID = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Goal(Record):
    """A requirement named in the same breath as a figure: "≥ 60 % (50-70 % achieved)"."""

    relation: Relation
    quantity: Quantity
    span: Span
    ticked: bool = False  # a tick or "met" stands beside it


@dataclass(frozen=True, slots=True, repr=False)
class Statement(Record):
    """One thing a document says.

    `subject` is the key of a fact ("strategy.tp"), a metric ("memory.weights", see ir/claim.py), "mention." and a
    concept (see ir/mention.py) or "setting." and a flag or key of a framework (see ir/setting.py).
    `value` is in SI units; `quantity` is the same figure as written.
    `span` is the figure or word itself, `context` the sentence, list item or cell around it.
    """

    subject: str
    value: Value
    span: Span
    context: Span
    scope: Scope = HERE
    relation: Relation = Relation.IS
    quantity: Quantity | None = None
    working: Term | None = None  # arithmetic written beside the figure, to be compared with it
    per: Per = Per.UNSAID
    cause: str = ""  # what the sentence credits: a degree ("tp", "pp", "ep", …) or a word; of a setting the framework
    index: int | None = None  # the device or stage spoken of, where one is; of a setting the number of its launch
    goal: Goal | None = None
    baseline: int | None = None  # devices that a gain is measured against, where the sentence says ("than one GPU": 1)
    passing: bool = False  # said in a title or in running prose, which a labelled figure says better
