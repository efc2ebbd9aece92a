"""How many strategies a plan proposes."""

from __future__ import annotations

from dataclasses import replace

from stratc.ir.draft import Draft, Sketch
from stratc.ir.statement import Statement
from stratc.passes.choose_options import agree, degrees


def part_strategies(draft: Draft) -> Draft:
    """Finds the strategies that a plan proposes side by side.

    Before: a statement may name the part of the document it stands in ("prefill").  After: a sketch for each strategy
    in the order of the text; statements that name another part belong to all of them.
    """
    names = _names(draft.statements)
    if len(names) < 2:
        names = ("",)
    meant = _meant(draft.statements) if len(names) > 1 else {}
    statements = tuple(_of_part(each, meant.get(each.context, each.scope.strategy), names) for each in draft.statements)
    return replace(draft, statements=statements, sketches=tuple(Sketch(name) for name in names))


def _of_part(statement: Statement, name: str, names: tuple[str, ...]) -> Statement:
    name = name if name in names else ""
    scope = statement.scope
    return statement if name == scope.strategy else replace(statement, scope=replace(scope, strategy=name))


def _meant(statements: tuple[Statement, ...]) -> dict[object, str]:
    """The part that a sentence of none speaks of, as its degrees contradict all parts but one."""
    parts = degrees(statements)
    parts.pop("", None)
    told: dict[object, list[Statement]] = {}
    for each in statements:
        if not each.scope.strategy:
            told.setdefault(each.context, []).append(each)
    fitting = {
        context: [name for name, own in parts.items() if agree(given, own)]
        for context, said in told.items()
        if (given := degrees(tuple(said)).get("", {}))
    }
    return {context: names[0] for context, names in fitting.items() if len(names) == 1 < len(parts)}


def _names(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """Parts that state degrees, where some degree differs from one part to another."""
    groups = degrees(statements)
    groups.pop("", None)
    stated = list(groups.values())
    differ = any(not agree(one, other) for one in stated for other in stated)
    return tuple(groups) if differ else ()
