"""The rules there are: a file is the registration."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import stratc.rules
from stratc.rules.rule import Rule

RETIRED: dict[str, str] = {}
"""Code of a rule that is no more: the code of its heir."""


def modules() -> tuple[str, ...]:
    """Dotted names of the modules that hold a rule each."""
    families = [info.name for info in iter_modules(stratc.rules.__path__, "stratc.rules.") if info.ispkg]
    return tuple(
        info.name for family in families for info in iter_modules(import_module(family).__path__, f"{family}.")
    )


@cache
def rules() -> tuple[Rule, ...]:
    """All rules by code; a module's rule is the value under the module's own name, other modules hold none."""
    found = (getattr(import_module(name), name.rpartition(".")[2], None) for name in modules())
    return tuple(sorted((each for each in found if isinstance(each, Rule)), key=lambda each: each.id))


def rule_named(text: str) -> Rule | None:
    """The rule of a code or a name; a retired code gives its heir."""
    wanted = RETIRED.get(text.upper(), text).casefold()
    return next((each for each in rules() if wanted in (each.id.code.casefold(), each.id.name.casefold())), None)
