"""Comments to this program, whatever the language they stand in: which rules to silence, and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from stratc.diagnostics.suppression import Suppression
from stratc.text.span import Span

Lines: TypeAlias = tuple[int, int]
VERBS = ("ignore", "allow", "ignore-start", "ignore-end", "ignore-section", "ignore-file")
_INSIDE = re.compile(
    r"\s*stratc:\s*(?P<verb>[A-Za-z][\w-]*)\s*"
    r"(?:\[(?P<list>[^\]]*)\]|(?P<name>[A-Z]{2}\d{0,3}\b|[a-z]+(?:-[a-z]+)+\b|(?<=allow )[a-z]\w*))?(?P<reason>[\s\S]*)"
)


class Comment(NamedTuple):
    """One comment and the lines that each verb would silence: beside or below it, its section, the whole file."""

    text: str
    span: Span
    line: int
    near: Lines
    section: Callable[[], Lines]
    file: Lines


def suppressions(comments: Iterable[Comment]) -> Iterator[Suppression]:
    """What the comments of one text silence, those of ranges where the range begins.

    A range runs from `ignore-start` to the next `ignore-end` with the same rules, or with none; one of the two without
    the other, and a verb that there is none of, give a suppression of nothing that says what is wrong.
    """
    opened: list[tuple[Suppression, Lines]] = []
    for comment in comments:
        match = _INSIDE.match(comment.text)
        if match is None:
            continue
        told = Suppression(_rules(match), *comment.near, comment.span, match["reason"].strip(" :-—\n\r\t"))
        match match["verb"].lower():
            case "ignore" | "allow":
                yield told
            case "ignore-file":
                yield replace(told, first_line=comment.file[0], last_line=comment.file[1])
            case "ignore-section":
                first, last = comment.section()
                yield replace(told, first_line=first, last_line=last)
            case "ignore-start":
                opened.append((replace(told, first_line=comment.line), comment.file))
            case "ignore-end":
                begun = next((n for n in reversed(range(len(opened))) if told.rules in ((), opened[n][0].rules)), None)
                if begun is None:
                    yield _at_fault(told, "ends a range that nothing begins")
                else:
                    yield replace(opened.pop(begun)[0], last_line=comment.line, closing=comment.span)
            case verb:
                yield _at_fault(told, _unknown(verb))
    for open_, file in opened:
        yield replace(open_, last_line=file[1], fault="begins a range that nothing ends")


def _rules(match: re.Match[str]) -> tuple[str, ...]:
    named = match["list"] if match["list"] is not None else match["name"] or ""
    return tuple(rule.strip() for rule in named.split(",") if rule.strip())


def _at_fault(told: Suppression, fault: str) -> Suppression:
    """The suppression of nothing, and why."""
    return replace(told, first_line=1, last_line=0, fault=fault)


def _unknown(verb: str) -> str:
    from stratc.text.suggest import nearest

    close = nearest(verb, VERBS, 1)
    meant = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(VERBS)}"
    return f"says `{verb}`, which means nothing to stratc; {meant}"
