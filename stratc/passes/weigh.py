"""Which of several values of one key is to be believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Per, Relation, Statement

if TYPE_CHECKING:
    from stratc.ir.draft import Candidate

TOTALS = ("strategy.device_count", "hardware.device_count", "workload.batch_size", "model.parameters")
ONE_DIMENSION = frozenset((Topic.EXPERT, Topic.TENSOR, Topic.PIPELINE, Topic.DATA, Topic.SEQUENCE))
_CLOSING = re.compile(
    r"(?i)\b(?:final|complete|summary|overall|total|verification|verified|validation)\b|汇总|总结|最终"
)
REPEATED, MOST_REPEATS = 1.5, 4
OWN_SECTION = {  # where a plan introduces what belongs to a record
    "model": frozenset((Topic.MODEL,)),
    "hardware": frozenset((Topic.HARDWARE,)),
    "workload": frozenset((Topic.WORKLOAD, Topic.MODEL)),
    "strategy": frozenset((Topic.STRATEGY,)),
}


def weight(candidate: Candidate) -> float:
    """How much speaks for a value: its best place, and how often it is said.

    The section that introduces the model or the machines outweighs others; totals, results of a working and closing
    sections outweigh a figure on the way to them; a requirement, a bound and "about" weigh less than a plain statement.
    """
    best = max(place_weight(each) for each in candidate.statements)
    return best + REPEATED * (min(len(candidate.statements), MOST_REPEATS) - 1)


def place_weight(statement: Statement) -> float:
    """How much one place speaks for its value."""
    heading = statement.scope.path[-1] if statement.scope.path else ""
    return (
        (0.0 if statement.scope.role is Role.PLAN else -8.0)
        + (0.0 if statement.relation is Relation.IS else -3.0)
        + (2.0 if _CLOSING.search(heading) and not statement.subject.startswith("target.") else 0.0)
        + (2.0 if statement.working is not None else 0.0)
        + (3.0 if statement.per is Per.TOTAL else 0.0)
        - (1.0 if statement.quantity is not None and statement.quantity.approximate else 0.0)
        - (3.0 if is_on_the_way(statement) else 0.0)
        + (4.0 if is_at_home(statement) else 0.0)
    )


def is_on_the_way(statement: Statement) -> bool:
    """Whether a total stands in the section of a single dimension, where it may be the product so far."""
    return statement.subject in TOTALS and len(ONE_DIMENSION.intersection(statement.scope.topics)) == 1


def is_at_home(statement: Statement) -> bool:
    """Whether a fact stands in the section that is about its kind, where plans state wholes and not parts."""
    if statement.subject in TOTALS:
        return False
    own = OWN_SECTION.get(statement.subject.partition(".")[0], frozenset())
    return statement.scope.topics[:1] != () and statement.scope.topics[0] in own
