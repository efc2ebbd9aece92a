"""What can be wrong with a `.strat` file whose syntax is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.frontends.strat.names import home_of, meant

if TYPE_CHECKING:
    from stratc.syntax.tree import Word
    from stratc.text.span import Span

UNKNOWN_NAME = RuleId("IN103", "unknown-name")
UNKNOWN_UNIT = RuleId("IN104", "unknown-unit")
UNUSABLE = RuleId("IN105", "unusable-value")
UNREADABLE = RuleId("IN106", "unreadable-import")
CIRCLE = RuleId("IN107", "circular-import")


class Unusable(Exception):  # noqa: N818  # flow inside this frontend: one statement is given up, the next is read
    """Carries the diagnostic of a value that cannot be used to the statement it stands in."""

    def __init__(self, found: Diagnostic) -> None:
        super().__init__(found.message)
        self.found = found


def fault(
    rule: RuleId,
    message: str,
    span: Span,
    label: str = "here",
    advice: str = "",
    fix: Fix | None = None,
    also: tuple[Label, ...] = (),
) -> Diagnostic:
    """An error of the text."""
    place = Label(span, label)
    return Diagnostic(rule, Category.INPUT, Severity.ERROR, Certainty.DEFINITE, message, place, also, None, advice, fix)


def unusable(message: str, span: Span, advice: str = "", fix: Fix | None = None) -> Unusable:
    """A value that its key cannot take."""
    return Unusable(fault(UNUSABLE, message, span, advice=advice, fix=fix))


def unknown(what: str, word: Word, known: tuple[str, ...], where: str = "") -> Unusable:
    """A name that nothing has, with the nearest ones that something has."""
    near = meant(word.name, known)
    home = "" if near or what != "key" else home_of(word.name)
    if home:
        advice = f"`{word.name}` belongs in `{home}`"
    elif near:
        advice = f"did you mean {_either(near)}?"
    else:
        advice = f"known here: {', '.join(known)}" if 0 < len(known) <= 12 else ""
    fix = None
    if near:
        fix = Fix(f"write `{near[0]}`", (Edit(word.span, near[0]),), Applicability.UNSAFE)
    place = f" in `{where}`" if where else ""
    return Unusable(fault(UNKNOWN_NAME, f"no {what} `{word.name}`{place}", word.span, "not known", advice, fix))


def turned(span: Span, right: str) -> Unusable:
    """Words in the wrong order."""
    fix = Fix(f"write `{right}`", (Edit(span, right),), Applicability.SAFE)
    return unusable(f"the words stand as `{right}`", span, f"write `{right}`", fix)


def _either(names: tuple[str, ...]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
