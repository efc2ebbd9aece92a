"""The rules there are: a file is the registration."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from types import ModuleType

import stratc.rules
from stratc.rules.rule import Rule

RETIRED: dict[str, str] = {"RN116": "PE136"}
"""Code of a rule that is no more: the code of its heir."""


TARGETS = "target"
"""The family of rules that hold a plan to a framework; read only where one is concerned."""


def families() -> tuple[str, ...]:
    """The folders of rules."""
    return tuple(name for name in _files(stratc.rules) if "." not in name)


def modules(family: str) -> tuple[str, ...]:
    """Dotted names of the modules of a family, a rule in each."""
    package = f"stratc.rules.{family}"
    files = (name for name in _files(import_module(package)) if name.endswith(".py"))
    return tuple(f"{package}.{name.removesuffix('.py')}" for name in files)


def _files(package: ModuleType) -> list[str]:
    """What lies in the folder of a package; pkgutil asks of each file what it may be, and takes far longer."""
    found = (name for folder in package.__path__ for name in sorted(os.listdir(folder)))  # noqa: PTH208
    return [name for name in found if not name.startswith("__")]


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
