"""sed, as scripts use it: replacements on each line, and lines kept or dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from stratc.frontends.launch.shell.inputs import lines
from stratc.frontends.launch.shell.patterns import fits, pattern_of
from stratc.frontends.launch.traced import Traced, joined

_PLAIN = re.compile(r"[^\\.*\[\]^$&+?(){}|]*")  # text that means itself in every pattern
_STEP = re.compile(r"s(?P<sign>[^\w\s\\])(?P<old>(?:\\.|(?!(?P=sign)).)*)(?P=sign)(?P<new>(?:\\.|(?!(?P=sign)).)*)"
                   r"(?P=sign)(?P<flags>[gI]*)", re.S)  # fmt: skip
_LINES = re.compile(
    r"(?P<first>\d+|\$|/(?:\\.|[^/\\])*/)(?:,(?P<last>\d+|\$|/(?:\\.|[^/\\])*/))?(?P<not>!?)(?P<does>[dp])"
)
_BACK = re.compile(r"\\(?:(?P<group>\d)|(?P<sign>.))|&|[^\\&]+", re.S)
_PARTS = re.compile(r"s(.)(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1\w*|[;\n]", re.S)


def edited(said: Traced, words: Sequence[Traced]) -> Traced | None:
    """What sed makes of a text; None where a step is none of the plain ones."""
    signs = {each.text for each in words if each.text in ("-n", "-r", "-E", "-ne", "-nE")}
    scripts = [each for each in words if each.text != "-e" and each.text not in signs]
    if not scripts or any(each.text.startswith("-") for each in scripts):
        return None
    quiet, extended = any("n" in each for each in signs), any(each[-1] in "rE" for each in signs)
    for step in (step for script in scripts for step in _steps(script)):
        told = _replaced(said, step, extended) if step.text[:1] == "s" else _chosen(said, step.text, quiet, extended)
        if told is None:
            return None
        said = told
    return said


def _steps(script: Traced) -> list[Traced]:
    """The commands of a script of sed, parted by semicolons and line ends that no replacement holds."""
    found, start = [], 0
    for match in _PARTS.finditer(script.text):
        if match[1] is None:
            found.append(script.part(start, match.start()))
            start = match.end()
    return [each.stripped() for each in (*found, script.part(start)) if each.text.strip()]


def _chosen(said: Traced, step: str, quiet: bool, extended: bool) -> Traced | None:
    """The lines that `2p` or `/x/d` leaves."""
    match = _LINES.fullmatch(step)
    if match is None or not said.is_known or (match["does"] == "p") != quiet:
        return None
    found = lines(said, ends=True)
    begins = _where(match["first"], found, extended)
    ends = _where(match["last"], found, extended) if match["last"] else ()
    if begins is None or ends is None:
        return None
    hit = _between(begins, ends, match["last"]) if match["last"] else begins
    keeps = quiet != bool(match["not"])
    return joined(each for each, here in zip(found, hit, strict=True) if here == keeps)


def _where(address: str, found: Sequence[Traced], extended: bool) -> list[bool] | None:
    """The lines that an address names; None where its pattern is none of the plain ones."""
    if not address.startswith("/"):
        row = len(found) if address == "$" else int(address)
        return [number == row for number in range(1, len(found) + 1)]
    shape = pattern_of(address[1:-1].replace("\\/", "/"), extended)
    if shape is None or not all(fits(shape, each.text) for each in found):
        return None
    return [re.search(shape, each.text.rstrip("\n")) is not None for each in found]


def _between(begins: Sequence[bool], ends: Sequence[bool], last: str) -> list[bool]:
    """The lines from one that begins to the next one that ends, both counted; a pattern ends no line that begins."""
    hit: list[bool] = []
    inside = False
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1):
        if inside:
            hit.append(True)
            inside = not end
            continue
        hit.append(begin)
        inside = begin and (last.startswith("/") or last == "$" or int(last) > number)
    return hit


def _replaced(said: Traced, step: Traced, extended: bool) -> Traced | None:
    """s/old/new/, once on each line or wherever it stands."""
    match = _STEP.fullmatch(step.text)
    if match is None or not match["old"]:
        return None
    new, every = step.part(*match.span("new")), "g" in match["flags"]
    old = re.sub(rf"\\{re.escape(match['sign'])}", match["sign"].replace("\\", ""), match["old"])
    if _PLAIN.fullmatch(old) and _PLAIN.fullmatch(new.text) and "I" not in match["flags"]:
        return _each(said, re.compile(re.escape(old)), lambda *_: new, every)
    shape = pattern_of(old, extended)
    if shape is None or not said.is_known or not all(fits(shape, each.text) for each in lines(said)):
        return None
    return _each(
        said,
        re.compile(shape, re.I if "I" in match["flags"] else 0),
        lambda line, hit: _filled(new, line, hit),
        every,
    )


def _each(said: Traced, shape: re.Pattern[str], made: Callable[[Traced, re.Match[str]], Traced], every: bool) -> Traced:
    found: list[Traced] = []
    for line in lines(said, ends=True):
        at = 0
        for hit in shape.finditer(line.text, 0, len(line.text.rstrip("\n"))):
            found += [line.part(at, hit.start()), made(line, hit)]
            at = hit.end()
            if not every:
                break
        found.append(line.part(at))
    return joined(found)


def _filled(new: Traced, line: Traced, hit: re.Match[str]) -> Traced:
    """The new text, with what the pattern took in the places of & and \\1."""
    parts: list[Traced] = []
    for match in _BACK.finditer(new.text):
        if match["group"] is not None or match.group() == "&":
            group = int(match["group"] or 0)
            if group <= (hit.re.groups) and hit.start(group) >= 0:
                parts.append(line.part(*hit.span(group)))
        elif match["sign"] is not None:
            at = match.start("sign")
            parts.append(Traced("\n", (new.place,)) if match["sign"] == "n" else new.part(at, at + 1))
        else:
            parts.append(new.part(*match.span()))
    return joined(parts)
