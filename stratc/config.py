"""What a user chooses: the table [tool.stratc] of pyproject.toml, or the file stratc.toml, as a frozen value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from stratc.diagnostics.diagnostic import Certainty, Severity
from stratc.errors import ConfigError
from stratc.text.suggest import nearest


@dataclass(frozen=True, slots=True)
class Config:
    """Choices of a run.  Rules are named by code, by the beginning of a code, by name or by category.

    `select` empty means every rule; of selectors that concern a rule the closer counts, `ignore` where they are as
    close.  `severity` gives rules another severity.  `tolerance` is the relative difference that figures are always
    forgiven.  Findings below `min_certainty` are not shown; `fail_on` is the severity from which a run fails.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    tolerance: float = 0.02
    fail_on: Severity = Severity.ERROR
    min_certainty: Certainty = Certainty.JUDGEMENT


DEFAULT = Config()


def load_config(folder: Path) -> Config:
    """The configuration that holds in a folder: of stratc.toml or pyproject.toml there or in the nearest folder above.

    Raises ConfigError when it cannot be used.
    """
    for place in (folder, *folder.parents):
        for name, table in (("stratc.toml", ()), ("pyproject.toml", ("tool", "stratc"))):
            found = _table(place / name, table)
            if found is not None:
                return config_of(found, name)
    return DEFAULT


def config_of(table: Mapping[str, Any], name: str) -> Config:
    """The configuration that a table holds; `name` is its file, for messages.

    >>> config_of({"ignore": ["PE"], "fail-on": "warning"}, "stratc.toml").ignore
    ('PE',)
    """
    known = {each.name.replace("_", "-"): each.name for each in fields(Config)}
    chosen: dict[str, Any] = {}
    for key, value in table.items():
        if key == "$schema":
            continue
        field = known.get(key.replace("_", "-"))
        if field is None:
            raise ConfigError(f"{name}: unknown key `{key}`{_meant(key, tuple(known))}")
        chosen[field] = _READERS[field](value, f"{name}: `{key}`")
    return replace(DEFAULT, **chosen)


def config_schema() -> dict[str, Any]:
    """JSON schema of stratc.toml."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Config).json_schema()
    properties = {name.replace("_", "-"): each for name, each in schema["properties"].items()}
    names = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Severity"}, "default": {}}
    properties["severity"] = {**names, "title": "Severity"}
    properties["$schema"] = {"type": "string"}
    header = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "stratc/config.schema.json"}
    return {**header, **schema, "properties": properties, "additionalProperties": False}


def _table(path: Path, inside: tuple[str, ...]) -> Mapping[str, Any] | None:
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    if inside and ".".join(inside).encode() not in text:
        return None
    import tomllib  # only where there is a configuration to read

    try:
        table: Any = tomllib.loads(text.decode("utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path.name}: {error}") from None
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


def _fraction(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise ConfigError(f"{where} is a fraction from 0 to below 1, not {_shown(value)}")
    return float(value)


def _shown(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else str(value)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "select": _names,
    "ignore": _names,
    "severity": _severities,
    "tolerance": _fraction,
    "fail_on": _severity,
    "min_certainty": _certainty,
}
