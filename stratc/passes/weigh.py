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
FIRST = "said first"
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
    return sum(grounds(statement).values())


def grounds(statement: Statement) -> dict[str, float]:
    """What speaks for or against the value of one place, in words, and how much."""
    heading = statement.scope.path[-1] if statement.scope.path else ""
    closing = _CLOSING.search(heading) is not None and not statement.subject.startswith("target.")
    rough = statement.quantity is not None and statement.quantity.approximate
    return {
        "said of this plan": 0.0 if statement.scope.role is Role.PLAN else -8.0,
        "stated outright": 0.0 if statement.relation is Relation.IS else -3.0,
        "in a closing section": 2.0 if closing else 0.0,
        "the result of a working": 2.0 if statement.working is not None else 0.0,
        "said in all": 3.0 if statement.per is Per.TOTAL else 0.0,
        "exact": -1.0 if rough else 0.0,
        "not on the way to a total": -3.0 if is_on_the_way(statement) else 0.0,
        "in the section about it": 4.0 if is_at_home(statement) else 0.0,
    }


def reason(best: Candidate, rivals: list[Candidate]) -> str:
    """Why one value is believed rather than the others: what speaks for it and not for them; else it stands first."""
    others = [each for each in rivals if each is not best]
    mine = _strongest(best)
    theirs = [_strongest(each) for each in others]
    found = [name for name, amount in mine.items() if all(amount > each[name] for each in theirs)]
    times = len(best.statements)
    if all(times > len(each.statements) for each in others):
        found.insert(0, f"said {times} times")
    return ", ".join(found) or FIRST


def _strongest(candidate: Candidate) -> dict[str, float]:
    return grounds(max(candidate.statements, key=place_weight))


def is_on_the_way(statement: Statement) -> bool:
    """Whether a total stands in the section of a single dimension, where it may be the product so far."""
    return statement.subject in TOTALS and len(ONE_DIMENSION.intersection(statement.scope.topics)) == 1


def is_at_home(statement: Statement) -> bool:
    """Whether a fact stands in the section that is about its kind, where plans state wholes and not parts."""
    if statement.subject in TOTALS:
        return False
    own = OWN_SECTION.get(statement.subject.partition(".")[0], frozenset())
    return statement.scope.topics[:1] != () and statement.scope.topics[0] in own
