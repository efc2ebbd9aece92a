"""The rules there are: a file is the registration."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import stratc.rules
from stratc.rules.rule import Rule

RETIRED: dict[str, str] = {}
"""Code of a rule that is no more: the code of its heir."""


TARGETS = "target"
"""The family of rules that hold a plan to a framework; read only where one is concerned."""


def families() -> tuple[str, ...]:
    """The folders of rules."""
    return tuple(info.name for info in iter_modules(stratc.rules.__path__) if info.ispkg)


def modules(family: str) -> tuple[str, ...]:
    """Dotted names of the modules of a family, a rule in each."""
    package = f"stratc.rules.{family}"
    return tuple(info.name for info in iter_modules(import_module(package).__path__, f"{package}."))


@cache
def family_rules(family: str) -> tuple[Rule, ...]:
    """The rules of a family; a module's rule is the value under the module's own name, other modules hold none."""
    found = (getattr(import_module(name), name.rpartition(".")[2], None) for name in modules(family))
    return tuple(each for each in found if isinstance(each, Rule))


@cache
def rules(*, targets: bool = True) -> tuple[Rule, ...]:
    """All rules by code, or those that need no framework."""
    chosen = (each for each in families() if targets or each != TARGETS)
    return tuple(sorted((rule for each in chosen for rule in family_rules(each)), key=lambda each: each.id))


def rule_named(text: str) -> Rule | None:
    """The rule of a code or a name; a retired code gives its heir."""
    wanted = RETIRED.get(text.upper(), text).casefold()
    return next((each for each in rules() if wanted in (each.id.code.casefold(), each.id.name.casefold())), None)
