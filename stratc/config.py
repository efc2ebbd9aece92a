"""What a user chooses: the table [tool.stratc] of pyproject.toml, or the file stratc.toml, as a frozen value."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from stratc.diagnostics.diagnostic import Certainty, Severity
from stratc.errors import ConfigError
from stratc.record import Record, dataclass
from stratc.text.suggest import nearest

FILES = (("stratc.toml", ()), ("pyproject.toml", ("tool", "stratc")))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Choices(Record):
    """What is chosen for the files of one pattern; it is added to, or stands in place of, what holds for all."""

    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    tolerance: float | None = None
    min_certainty: Certainty | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Config(Record):
    """Choices of a run.  Rules are named by code, by the beginning of a code, by name or by category.

    `select` empty means every rule; of selectors that concern a rule the closer counts, `ignore` where they are as
    close.  `severity` gives rules another severity.  `tolerance` is the relative difference that figures are always
    forgiven.  Findings below `min_certainty` are not shown; `fail_on` is the severity from which a run fails.
    `profile` is a plan file whose facts on machines, model and workload hold where a plan is silent.  `per_path` gives
    choices for files of a pattern, written as in .gitignore and relative to the folder of the configuration, `root`.
    `target` is the framework that plans are held to, one of TARGETS; "" stands for the one that a plan names.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    tolerance: float = 0.02
    fail_on: Severity = Severity.ERROR
    min_certainty: Certainty = Certainty.JUDGEMENT
    profile: str = ""
    per_path: tuple[tuple[str, Choices], ...] = ()
    root: str = ""
    target: str = ""


DEFAULT = Config()
TARGETS = ("megatron", "deepspeed", "vllm", "sglang", "torchtitan")
MEANINGS = {
    "select": "The rules to run; none named means all.",
    "ignore": "Rules not to run; of two selectors the closer counts.",
    "severity": "Another severity for rules, by code, beginning of a code, name or category.",
    "tolerance": "The relative difference that figures are always forgiven.",
    "fail_on": "The severity from which a run exits with 1.",
    "min_certainty": "Findings less sure than this are not shown.",
    "profile": "A plan file, relative to this one, whose facts on machines, model and workload hold where a plan is "
    "silent; those on machines only while the plan names no other accelerator, those on the model likewise.",
    "target": "The framework that plans are held to; unless given, the one that a plan names.",
    "per_path": "Further choices for files of a pattern, written as in .gitignore and relative to this file.",
}
"""What each key of a configuration is for."""


def load_config(folder: str) -> Config | None:
    """The configuration that holds in a folder: of stratc.toml or pyproject.toml there or in the nearest folder above.

    Raises ConfigError when it cannot be used.
    """
    for name, table in FILES:
        path = os.path.join(folder, name)
        found = _table(path, table)
        if found is not None:
            return config_of(found, os.path.relpath(path))
    above = os.path.dirname(folder)
    return load_config(above) if above != folder else None


def config_at(path: str) -> Config:
    """The configuration of a file that a user names.  Raises ConfigError when it cannot be used."""
    inside = FILES[1][1] if os.path.basename(path) == FILES[1][0] else ()
    found = _table(path, inside)
    if found is None:
        raise ConfigError(f"{path}: {'no table [tool.stratc]' if os.path.exists(path) else 'no such file'}")
    return config_of(found, path)


def config_of(table: Mapping[str, Any], name: str) -> Config:
    """The configuration that a table holds; `name` is the path of its file.

    >>> config_of({"ignore": ["PE"], "fail-on": "warning"}, "stratc.toml").ignore
    ('PE',)
    """
    folder = os.path.dirname(name)
    config = replace(DEFAULT, **_chosen(table, name, _READERS), root=folder)
    return replace(config, profile=os.path.normpath(os.path.join(folder, config.profile)) if config.profile else "")


def for_path(config: Config, path: str) -> Config:
    """The configuration with the choices for one file in place."""
    from stratc.text.glob import covers  # only where there are such choices

    relative = os.path.relpath(path, config.root or ".").replace(os.sep, "/")
    for pattern, choices in config.per_path:
        if covers(pattern, relative):
            config = replace(
                config,
                ignore=(*config.ignore, *choices.ignore),
                severity=(*config.severity, *choices.severity),
                tolerance=config.tolerance if choices.tolerance is None else choices.tolerance,
                min_certainty=choices.min_certainty or config.min_certainty,
            )
    return config


def config_schema() -> dict[str, Any]:
    """JSON schema of stratc.toml."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Config).json_schema()
    weights = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Severity"}}
    schema["$defs"]["Choices"] = _object(schema["$defs"]["Choices"], {"severity": weights}, {})
    paths = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Choices"}}
    made = _object(schema, {"severity": weights, "per_path": paths}, MEANINGS)
    made["properties"]["$schema"] = {"type": "string"}
    header = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "stratc/config.schema.json"}
    return {**header, **made}


def _object(schema: dict[str, Any], tables: dict[str, Any], meanings: Mapping[str, str]) -> dict[str, Any]:
    """The schema of a table as users write it: keys with dashes, pairs as tables, nothing unknown."""
    properties = {}
    for name, each in schema["properties"].items():
        if name != "root":
            said = {"description": meanings[name]} if name in meanings else {}
            kind = tables.get(name) or next((one for one in each.get("anyOf", ()) if one != {"type": "null"}), each)
            told = {key: value for key, value in kind.items() if key != "title"}
            properties[name.replace("_", "-")] = {**told, **said}
    return {**schema, "properties": properties, "additionalProperties": False}


def _chosen(table: Mapping[str, Any], where: str, readers: Mapping[str, Callable[[Any, str], Any]]) -> dict[str, Any]:
    """Fields by name.  Raises ConfigError on an unknown key or a value that cannot be used."""
    chosen: dict[str, Any] = {}
    for key, value in table.items():
        if key == "$schema":
            continue
        field = key.replace("-", "_")
        if field not in readers:
            raise ConfigError(f"{where}: unknown key `{key}`{_meant(key, tuple(_dashed(readers)))}")
        chosen[field] = readers[field](value, f"{where}: `{key}`")
    return chosen


def _dashed(names: Mapping[str, Any]) -> list[str]:
    return [name.replace("_", "-") for name in names]


def _table(path: str, inside: tuple[str, ...]) -> Mapping[str, Any] | None:
    try:
        with open(path, "rb") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{os.path.relpath(path)}: {error.strerror or error}") from None
    if inside and ".".join(inside).encode() not in text:
        return None
    import tomllib  # only where there is a configuration to read

    try:
        table: Any = tomllib.loads(text.decode("utf-8"))
    except ValueError as error:
        raise ConfigError(f"{os.path.relpath(path)}: {error}") from None
    for key in inside:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _meant(name: str, known: tuple[str, ...]) -> str:
    close = nearest(name, known, 1)
    return f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(known)}"


def _names(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f'{where} takes a list of codes or names, such as ["DV101", "PE"]')
    return tuple(value)


def _severity(value: object, where: str) -> Severity:
    words = [each.value for each in Severity]
    if value not in words:
        raise ConfigError(f"{where} is one of {', '.join(words)}, not {_shown(value)}")
    return Severity(value)


def _severities(value: object, where: str) -> tuple[tuple[str, Severity], ...]:
    if not isinstance(value, dict):
        raise ConfigError(f'{where} takes a table such as {{ DV101 = "warning" }}')
    return tuple((name, _severity(word, f"{where}.{name}")) for name, word in value.items())


def _certainty(value: object, where: str) -> Certainty:
    words = [each.value for each in Certainty]
    if value not in words:
        raise ConfigError(f"{where} is one of {', '.join(words)}, not {_shown(value)}")
    return Certainty(value)


def _target(value: object, where: str) -> str:
    if value not in TARGETS:
        raise ConfigError(f"{where} is one of {', '.join(TARGETS)}, not {_shown(value)}")
    return str(value)


def _fraction(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise ConfigError(f"{where} is a fraction from 0 to below 1, not {_shown(value)}")
    return float(value)


def _path(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where} is the path of a plan file, not {_shown(value)}")
    return value


def _per_path(value: object, where: str) -> tuple[tuple[str, Choices], ...]:
    if not isinstance(value, dict) or not all(isinstance(each, dict) for each in value.values()):
        raise ConfigError(f'{where} takes a table for each pattern, such as ["drafts/**"] with ignore = ["PE"]')
    readers = {each.name: _READERS[each.name] for each in fields(Choices)}
    return tuple(
        (pattern, Choices(**_chosen(choices, f"{where}.{pattern}", readers))) for pattern, choices in value.items()
    )


def _shown(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else str(value)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "select": _names,
    "ignore": _names,
    "severity": _severities,
    "tolerance": _fraction,
    "fail_on": _severity,
    "min_certainty": _certainty,
    "profile": _path,
    "per_path": _per_path,
    "target": _target,
}
