"""JSON schemas, made by pydantic from the records of the house; written to schemas/ by `pytest --update`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ForwardRef, Literal, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from stratc.arith.term import OPERATORS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.diagnostics.fix import Applicability
from stratc.ir.claim import METRICS
from stratc.ir.inspection import SUBJECTS
from stratc.ir.origin import Unknown
from stratc.ir.plan import KEYS, RECORDS
from stratc.ir.statement import Per, Relation
from stratc.ir.values import ExpertSpan, Extent, StageSpan

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STRICT = ConfigDict(extra="forbid")
Count = Annotated[int, Field(ge=0)]
Pair = Annotated[list[Count], Field(min_length=2, max_length=2)]
Devices = Annotated[
    list[Count] | list[Pair],
    Field(description="[first, last], a list of devices (of two apart the second twice), or ranges [first, last]"),
]


def plan_schema() -> dict[str, Any]:
    """The schema of a JSON plan."""
    return _schema(plan_model(), "plan", "A parallelism plan; figures in SI units: bytes, bytes/s, FLOP/s, seconds")


def report_schema() -> dict[str, Any]:
    """The schema of `stratc lint --format json`."""
    return _schema(report_model(), "report", "What stratc lint found")


@cache
def plan_model() -> type[BaseModel]:
    """A JSON plan: one part for each record, each key with the type of its fact."""
    strategy = _strategy()
    parts: dict[str, Any] = {name: (strategy if name == "strategy" else _record(name), None) for name in RECORDS}
    others: dict[str, Any] = {
        "version": (Literal[1], None),
        "further": (_many(strategy), []),
        "rejected": (_many(strategy), []),
        "claims": (_many(_claim()), []),
        "assumed": (dict[str, str], Field({}, description="keys that nobody stated, and why each has its value")),
        "schema_": (str, Field(None, alias="$schema")),
    }
    return create_model("Plan", __config__=STRICT, **parts, **others)


@cache
def report_model() -> type[BaseModel]:
    """The document of `stratc lint --format json`."""
    place: dict[str, Any] = dict.fromkeys(("line", "column", "end_line", "end_column"), (int, ...))
    place = {"path": (str, ...), **place}
    figure = float | str | None
    evidence = _model("Evidence", stated=(figure, ...), computed=(figure, ...), unit=(str, ...), working=(str, ...))
    edit = _model("Edit", **place, text=(str, ...))
    fix = _model("Fix", title=(str, ...), applicability=(Applicability, ...), edits=(_many(edit), ...))
    related = _model("Related", **place, message=(str, ...))
    diagnostic = _model(
        "Diagnostic",
        code=(str, ...),
        name=(str, ...),
        category=(Category, ...),
        severity=(Severity, ...),
        certainty=(Certainty, ...),
        message=(str, ...),
        **place,
        related=(_many(related), ...),
        evidence=(evidence | None, ...),
        help=(str, ...),
        fix=(fix | None, ...),
        fact=(str, ...),
    )
    silence = _model("Silence", rule=(str, ...), key=(str, ...))
    counts: dict[str, Any] = dict.fromkeys(("quantities", "read", "suppressed", "accepted", "assumed"), (int, ...))
    silent: Any = (_many(silence), [])
    file = _model("File", path=(str, ...), **counts, silent=silent)
    lists = {"files": (_many(file), ...), "diagnostics": (_many(diagnostic), ...)}
    return _model("Report", version=(Literal[1], ...), **lists)


def _schema(model: type[BaseModel], name: str, description: str) -> dict[str, Any]:
    made: dict[str, Any] = _lean(model.model_json_schema())
    return {"$schema": DIALECT, "$id": f"stratc/{name}.schema.json", **made, "description": description}


def _lean(made: Any) -> Any:
    """Without the titles and defaults that say nothing."""
    if isinstance(made, list):
        return [_lean(each) for each in made]
    if not isinstance(made, dict):
        return made
    kept = {key: each for key, each in made.items() if not (key == "title" and isinstance(each, str))}
    return {key: _lean(each) for key, each in kept.items() if not (key == "default" and each in (None, [], {}))}


def _many(kind: Any) -> Any:
    return list[kind]


def _model(name: str, /, **parts: Any) -> type[BaseModel]:
    return create_model(name, __config__=STRICT, **parts)


def _record(name: str) -> type[BaseModel]:
    return _model(RECORDS[name].__name__, **_facts(name))


def _facts(name: str) -> dict[str, Any]:
    """Each fact of a record as an optional value of its type."""
    hints = get_type_hints(RECORDS[name])
    keys = [key.partition(".")[2] for key in KEYS if key.startswith(f"{name}.")]
    return {key: (_door(_inside(hints[key])), None) for key in keys}


def _inside(fact: Any) -> Any:
    """The type of the value of a fact: T of Known[T] | Unknown."""
    known = next(each for each in get_args(fact) if each is not Unknown)
    return get_args(known)[0] if get_args(known) else known.__args__[0]


def _door(kind: Any) -> Any:
    if kind is Extent:
        return float | _model("Range", min=(float, ...), max=(float, ...))
    return {int: Count, float: Annotated[float, Field(ge=0)]}.get(kind, kind)


def _strategy() -> type[BaseModel]:
    """A strategy with its name and its placement."""
    spans: dict[type, Mapping[str, Any]] = {
        StageSpan: {"layers": Pair, "devices": Devices, "tp": Count, "ep": Count, "dp": Count, "holds": str},
        ExpertSpan: {"devices": Devices, "stage": int},
    }
    stage = _model("Stage", index=(int, ...), **{key: (each, None) for key, each in spans[StageSpan].items()})
    group = _model("Experts", experts=(Pair, ...), **{key: (each, None) for key, each in spans[ExpertSpan].items()})
    placed: dict[str, Any] = {"stage": (_many(stage), []), "expert_placement": (_many(group), [])}
    return _model("Strategy", name=(str, ""), **_facts("strategy"), **placed)


def _claim() -> type[BaseModel]:
    figure: dict[str, Any] = {
        "value": (float | _model("Interval", min=(float, ...), max=(float, ...)), ...),
        "unit": (str, Field(None, description="the unit it was written in; the value itself is in SI units")),
        "approximate": (bool, False),
        "step": (float, Field(0.0, description="one unit of the last digit written")),
        "relation": (Relation, Relation.IS),
    }
    subjects = tuple(sorted({*METRICS, *SUBJECTS}))
    return _model(
        "Claim",
        metric=(Literal[subjects], ...),
        **figure,
        per=(Per, Per.UNSAID),
        cause=(str, ""),
        index=(int, None),
        working=(_term(), None),
        goal=(_model("Goal", **figure, ticked=(bool, False)), None),
    )


def _term() -> type[BaseModel]:
    number: dict[str, Any] = {"value": (float, None), "unit": (str, None)}
    signs = tuple(OPERATORS)
    return _model(
        "Term",
        **number,
        name=(str, None),
        op=(Literal[signs], None),
        terms=(_many(ForwardRef("Term")), []),
    )
