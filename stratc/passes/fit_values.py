"""Values in the type that their key asks for."""

from __future__ import annotations

from dataclasses import fields, replace

from stratc.ir.claim import METRICS
from stratc.ir.draft import Draft
from stratc.ir.mention import CONCEPTS
from stratc.ir.origin import Unknown
from stratc.ir.plan import RECORDS
from stratc.ir.statement import Statement
from stratc.ir.values import ExpertSpan, Extent, StageSpan, Value

TYPES: dict[str, str] = {
    f"{name}.{each.name}": str(each.type).removeprefix("Fact[").removesuffix("]")
    for name, record in RECORDS.items()
    for each in fields(record)
    if isinstance(each.default, Unknown)
}
STAGE, EXPERTS = "strategy.stage", "strategy.expert_placement"


def fit_values(draft: Draft) -> Draft:
    """Brings every value to the type of its key.

    Before: values as a frontend read them.  After: counts are whole numbers, lengths are extents, and a statement whose
    value cannot be one of its key (a range of layers, a word for a count) is set aside.
    """
    kept, set_aside = [], list(draft.set_aside)
    for statement in draft.statements:
        value = fitted(statement)
        if value is None:
            set_aside.append(statement)
        else:
            kept.append(statement if value is statement.value else replace(statement, value=value))
    return replace(draft, statements=tuple(kept), set_aside=tuple(set_aside))


def fitted(statement: Statement) -> Value | None:
    """The value of a statement in the type of its subject; None when it cannot be one."""
    subject, value = statement.subject, statement.value
    if subject in METRICS or subject.removeprefix("mention.") in CONCEPTS or subject.startswith("setting."):
        return value
    if subject in (STAGE, EXPERTS):
        return value if isinstance(value, StageSpan if subject == STAGE else ExpertSpan) else None
    match TYPES.get(subject), value:
        case "bool", bool():
            return value
        case "str", str():
            return value.strip() or None
        case "Extent", Extent():
            return value
        case "Extent", int() | float() if value > 0:
            return Extent(value, value)
        case "int", int() | float() if not isinstance(value, bool) and value > 0 and value == int(value):
            return int(value)
        case "int", 0 if subject == "strategy.zero_stage" or subject.endswith("layers"):
            return 0
        case "float", int() | float() if value >= 0:
            return float(value)
        case "float", Extent():
            return value.high
        case _:
            return None
