"""Patterns of paths, as .gitignore files write them."""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"(?P<deep>(?:^|(?<=/))\*\*/)|(?P<rest>(?<=/)\*\*$)|(?P<many>\*+)|(?P<one>\?)"
    r"|\[(?P<set>!?\]?[^\]/]*)\]|\\(?P<own>.)"
)


def glob(pattern: str) -> re.Pattern[str]:
    """An expression for the whole path: `*` and `?` stay within a folder, `**` spans folders.

    A pattern with `/` before its end is anchored; another one is meant for a name in any folder.

    >>> [bool(glob("*.md").match(each)) for each in ("a.md", "b/a.md", "a.md.txt")]
    [True, True, False]
    >>> [bool(glob("plans/**/a?.md").match(each)) for each in ("plans/a1.md", "plans/x/y/a2.md", "x/plans/a1.md")]
    [True, True, False]
    """
    body = pattern.rstrip("/")
    anchored = "/" in body
    try:
        return re.compile(("" if anchored else "(?:.*/)?") + _translated(body.removeprefix("/")) + r"\Z", re.DOTALL)
    except re.error:  # a range that runs backwards, such as [z-a]: the signs stand for themselves
        return re.compile(re.escape(body) + r"\Z")


def covers(pattern: str, path: str) -> bool:
    """Whether a pattern means a path or a folder above it.

    >>> covers("drafts/", "drafts/old/plan.md"), covers("old", "drafts/old/plan.md"), covers("/old", "drafts/old/a.md")
    (True, True, False)
    """
    expression, parts = glob(pattern), path.split("/")
    least = 1 if not pattern.endswith("/") else 0
    return any(expression.match("/".join(parts[:end])) for end in range(1, len(parts) + least))


def _translated(pattern: str) -> str:
    pieces, done = [], 0
    for match in _PARTS.finditer(pattern):
        pieces.append(re.escape(pattern[done : match.start()]))
        pieces.append(_piece(match))
        done = match.end()
    return "".join([*pieces, re.escape(pattern[done:])])


def _piece(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "deep":
            return "(?:.*/)?"
        case "rest":
            return ".+"
        case "many":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "own":
            return re.escape(match["own"])
    inside = match["set"].replace("\\", "\\\\").replace("[", "\\[")
    return f"[^{inside[1:]}/]" if inside.startswith("!") else f"[{inside}]"
