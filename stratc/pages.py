"""Rules by code and by name, and their pages."""

from __future__ import annotations

from stratc.backends.notices import NOTICES
from stratc.config import Config
from stratc.diagnostics.description import Description
from stratc.rules.registry import rule_named, rules
from stratc.rules.rule import Rule
from stratc.rules.select import unknown_selectors


def catalogue() -> tuple[Rule, ...]:
    """All rules by code."""
    return rules()


def rule_names() -> tuple[str, ...]:
    """Codes and names of all rules."""
    return tuple(name for rule in catalogue() for name in (rule.id.code, rule.id.name))


def unknown_rules(config: Config) -> tuple[str, ...]:
    """What the configuration names that is no rule."""
    named = [*config.select, *config.ignore, *(name for name, _ in config.severity)]
    for _, choices in config.per_path:
        named += [*choices.ignore, *(name for name, _ in choices.severity)]
    return unknown_selectors(named)


def descriptions() -> tuple[Description, ...]:
    """What every rule says of itself, by code."""
    return tuple(
        Description(each.id, each.category, each.severity, each.certainty, each.summary, each.page) for each in rules()
    )


def page_of(name: str) -> str | None:
    """The page of a rule or of a target's notice, by code or name, as Markdown."""
    rule = rule_named(name)
    if rule:
        head = f"{rule.category.value}, {rule.severity.value}, {rule.certainty.value}, since {rule.since}"
        return f"# {rule.id.code} {rule.id.name}\n\n{head}\n\n{rule.page}\n"
    for notice in NOTICES:
        if name.casefold() in (notice.id.code.casefold(), notice.id.name):
            return f"# {notice.id.code} {notice.id.name}\n\ntarget, {notice.severity.value}\n\n{notice.page.strip()}\n"
    return None
