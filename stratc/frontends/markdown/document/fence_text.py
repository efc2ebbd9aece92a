"""The text of a fence, less what only shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.launch.traced import Traced
    from stratc.frontends.markdown.document.blocks import Fence, Range

_PROMPT = re.compile(r"(?:\([\w.-]+\)[ \t]*)?(?:[\w.-]+@[\w.-]+[^\s$#]*)?[$%][ \t]+(?=\S)")
_AGAIN = re.compile(r"[ \t]*>[ \t]+")  # the prompt for the next line of a command
_QUOTED = re.compile(r"[ \t]{0,3}>[ \t]?")
_ELLIPSIS = re.compile(r"(?:#|//)?[ \t]*(?:\.{3,}|…+)[ \t]*(?:\\|#.*)?")
_CONTINUED = re.compile(r"\\[ \t]+#[^\n]*$")
_PLACEHOLDER = re.compile(r"<[A-Za-z][^<>\n]{0,40}(?<![\s<])>|\{\{[^{}\n]{1,40}\}\}")
_CONFIGURED = re.compile(
    r"(?<![\w-])--(?:config|cfg|yaml-cfg|config[-_]file|args[-_]file)[ =]\S+\.(?:ya?ml|json|toml)\b"
)
_GATHERED = re.compile(r"(?i)\$\{?(@|\*|\w*(?:args?|opts?|options|flags|params|extra|common)\w*)")


def is_partial(fence: Fence, text: str) -> bool:
    """Whether a command is only shown in part: arguments are left out, gathered elsewhere or in a file."""
    whole = text[fence.start : fence.end]
    gathered = (match[1] for match in _GATHERED.finditer(whole))
    shortened = "..." in whole or "…" in whole or _CONFIGURED.search(whole)
    return bool(shortened) or any(f"{name}=" not in whole for name in gathered)


def written(fence: Fence, text: str, notation: str) -> Traced:
    """The text of a fence with the place of each character, less what only shows it: prompts, quotation marks,
    indentation, dots for what is left out; placeholders are unknown."""
    from stratc.frontends.launch.traced import Traced

    kept = [_unquoted(text, start, end) if fence.quoted else (start, end) for start, end in lines(text, fence)]
    if notation == "shell":
        kept = list(_commands(text, kept))
    margins = [_margin(text, start, end) for start, end in kept if start < end]
    margin = min(margins, default=0)
    characters: list[str] = []
    places: list[int] = []
    for start, end in kept:
        begin = min(start + margin, end)
        if _ELLIPSIS.fullmatch(text[begin:end].strip()):
            continue
        line = text[begin:end]
        cut = _CONTINUED.search(line) if notation == "shell" else None
        line = line[: cut.start() + 1] if cut else line
        characters.append(_PLACEHOLDER.sub(_unknown, line))
        places.extend(range(begin, begin + len(line)))
        places.append(end)
    return Traced("\n".join([*characters, ""]), tuple(places))


def _unknown(match: re.Match[str]) -> str:
    from stratc.frontends.launch.traced import UNKNOWN

    return UNKNOWN * len(match[0])


def _unquoted(text: str, start: int, end: int) -> Range:
    """A line without the mark of a quotation."""
    mark = _QUOTED.match(text, start, end)
    return (mark.end() if mark else start), end


def _margin(text: str, start: int, end: int) -> int:
    return len(text[start:end]) - len(text[start:end].lstrip(" \t"))


def _commands(text: str, lines: Sequence[Range]) -> Iterator[Range]:
    """The lines of a script; of a session, in which prompts stand, only what was typed.

    Comments between the lines of one command are left out.
    """
    prompts = {start: match.end() for start, end in lines if (match := _prompt(text, start, end))}
    goes_on = False
    for start, end in lines:
        begin = prompts.get(start)
        if prompts and begin is None and not goes_on:
            continue
        if goes_on and text[start:end].lstrip().startswith("#"):
            continue
        again = _AGAIN.match(text, start, end) if prompts and goes_on else None
        yield (again.end() if again else begin if begin is not None else start), end
        goes_on = text[start:end].endswith("\\") or _CONTINUED.search(text[start:end]) is not None


def _prompt(text: str, start: int, end: int) -> re.Match[str] | None:
    return _PROMPT.match(text, start + _margin(text, start, end), end)


def lines(text: str, fence: Fence) -> Iterator[Range]:
    """Where each line of a fence begins and ends, blanks at its end left out."""
    start = fence.start
    while start < fence.end:
        newline = text.find("\n", start, fence.end)
        stop = fence.end if newline < 0 else newline
        yield start, start + len(text[start:stop].rstrip())
        start = stop + 1
