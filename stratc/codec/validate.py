"""What in a JSON plan its schema does not allow, in words a user knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stratc.codec.positions import Path
from stratc.resources import resource

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

FEW = 8  # allowed words that a message lists
KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text in quotes",
    "boolean": "true or false",
    "object": "an object in braces",
    "array": "a list in brackets",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A place in a document, what is wrong there; for a key that does not exist, the key and those that do."""

    path: Path
    message: str
    key: str = ""
    known: tuple[str, ...] = ()


def violations(document: Any) -> tuple[Violation, ...]:
    """Everything that schemas/plan.schema.json does not allow, in the order of the document."""
    found = [each for error in _validator().iter_errors(document) for each in _told(error)]
    return tuple(sorted(found, key=lambda each: [str(step) for step in each.path]))


def shown(path: Path) -> str:
    """A path as jq writes it.

    >>> shown(("strategy", "stage", 0, "layers"))
    'strategy.stage[0].layers'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(resource("schemas", "plan.schema.json").read_text(encoding="utf-8")))


def _told(error: ValidationError) -> Iterator[Violation]:
    path: Path = tuple(error.absolute_path)
    rule = str(error.validator)
    value: Any = error.instance
    wanted: Any = error.validator_value
    schema: Any = error.schema
    match rule:
        case "additionalProperties":
            known = tuple(schema.get("properties", {}))
            for key in value:
                if key not in known:
                    yield Violation(path, f"no key `{key}`{f' in `{shown(path)}`' if path else ''}", key, known)
        case "anyOf":
            kinds = dict.fromkeys(kind for each in wanted for kind in _kinds(each))
            yield Violation(path, f"`{shown(path)}` is {' or '.join(kinds)}, not {_found(value)}")
        case "type":
            yield Violation(path, f"{f'`{shown(path)}`' if path else 'a plan'} is {KINDS[wanted]}, not {_found(value)}")
        case "required":
            missing = next(each for each in wanted if each not in value)
            yield Violation(path, f"`{shown(path)}` lacks `{missing}`")
        case "enum" | "const":
            words = [str(each) for each in wanted] if rule == "enum" else [str(wanted)]
            listed = f"one of {', '.join(filter(None, words))}" if len(words) <= FEW else "none of the known words"
            verb = "is" if len(words) <= FEW else "has"
            yield Violation(path, f"`{shown(path)}` {verb} {listed}, not {_found(value)}", known=tuple(words))
        case "minimum":
            yield Violation(path, f"`{shown(path)}` is at least {wanted}, not {_found(value)}")
        case "minItems" | "maxItems":
            yield Violation(path, f"`{shown(path)}` has {wanted} items, not {len(value)}")
        case _:
            yield Violation(path, f"`{shown(path)}`: {error.message}")


def _kinds(schema: Any) -> Iterator[str]:
    if "$ref" in schema:
        yield 'a range such as {"min": 1, "max": 2}'
    elif "type" in schema:
        yield KINDS[schema["type"]]


def _found(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"`{value if len(value) < 40 else value[:39] + '…'}`"
        case dict():
            return "an object"
        case list():
            return f"a list of {len(value)}"
        case _:
            return str(value)
