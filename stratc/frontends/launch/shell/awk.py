"""awk, as scripts use it: fields of lines, chosen by number or pattern, and figures."""

from __future__ import annotations

import re

from stratc.frontends.launch.shell.figures import figure
from stratc.frontends.launch.shell.inputs import lines
from stratc.frontends.launch.shell.patterns import fits, pattern_of
from stratc.frontends.launch.traced import Traced, computed, joined

_PROGRAM = re.compile(
    r"\s*(?P<when>[^{]*?)\s*(?:\{\s*print\b\s*(?P<what>[^{};]*?)\s*;?\s*(?P<stop>exit\s*;?)?\s*\})?\s*"
)
_WHEN = re.compile(r"NR\s*(?P<sign>==|>|>=|<|<=|!=)\s*(?P<row>\d+)|/(?P<shape>[^/]*)/|(?P<end>END)|")
_FIELD = re.compile(r"\$(\d+|NF)")
_NUMBER = re.compile(r"\s*BEGIN\s*\{\s*(?:print\s+(?P<plain>[^;{}]+)|printf\s*\(?\s*"
                     r"\"(?P<form>%[.\d]*[dfeg])(?:\\n)?\"\s*,(?P<formed>[^;{}]+?)\)?)\s*;?\s*\}\s*")  # fmt: skip
_ORDER = {"==": int.__eq__, "!=": int.__ne__, ">": int.__gt__, ">=": int.__ge__, "<": int.__lt__, "<=": int.__le__}


def told(said: Traced, words: list[str]) -> Traced | None:
    """What a program of awk says of a text; None where it is none of the plain ones."""
    given = re.fullmatch(r"(?:-F ?(?P<sign>\S|\[[^\]]+\]) )?(?P<program>[^-].*)", " ".join(words), re.S)
    program = _PROGRAM.fullmatch(given["program"]) if given else None
    when = _WHEN.fullmatch(program["when"]) if program else None
    if given is None or program is None or when is None:
        return None
    if given["sign"] and len(given["sign"]) > 1 and pattern_of(given["sign"], extended=True) is None:
        return None
    wanted = [each.strip() for each in (program["what"] or "$0").split(",")]
    if when["end"]:
        return computed(f"{len(lines(said))}\n", said) if wanted == ["NR"] else None
    if not all(each == "NF" or _FIELD.fullmatch(each) for each in wanted):
        return None
    found: list[Traced] = []
    for number, line in enumerate(lines(said), 1):
        chosen = _is_chosen(when, number, line.text)
        if chosen is None:
            return None
        if chosen:
            found += [_printed(line, wanted, given["sign"]), Traced("\n", (line.place,))]
            if program["stop"]:
                break
    return joined(found)


def _is_chosen(when: re.Match[str], number: int, line: str) -> bool | None:
    if when["row"]:
        return bool(_ORDER[when["sign"]](number, int(when["row"])))
    if when["shape"] is None:
        return True
    shape = pattern_of(when["shape"], extended=True)
    return None if shape is None or not fits(shape, line) else re.search(shape, line) is not None


def _printed(line: Traced, wanted: list[str], sign: str | None) -> Traced:
    """Some fields of a line with blanks between them."""
    shape = r"\S+" if sign is None else f"[^{sign[1:-1] if len(sign) > 1 else re.escape(sign)}]*"
    spans = [each.span() for each in re.finditer(shape, line.text)] if sign is None else _spans(line.text, sign)
    found: list[Traced] = []
    for each in wanted:
        if each == "NF":
            found.append(computed(str(len(spans)), line))
            continue
        number = len(spans) if each == "$NF" else int(each[1:])
        part = line if number == 0 else line.part(*spans[number - 1]) if number <= len(spans) else Traced("")
        found += [Traced(" ", (line.place,)), part] if found else [part]
    return joined(found)


def _spans(text: str, sign: str) -> list[tuple[int, int]]:
    gap = re.compile(sign if len(sign) > 1 else re.escape(sign))
    ends = [each.span() for each in gap.finditer(text)]
    return list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True))


def number(words: list[str]) -> str | None:
    """The figure that a program prints without reading anything, with what -v sets: BEGIN { print 2 * 3 }."""
    program = words[-1]
    for name, value in re.findall(r"-v ?([A-Za-z_]\w*)=(\S*)", " ".join(words[:-1])):
        program = value.join(re.split(rf"\b{name}\b", program))
    match = _NUMBER.fullmatch(program)
    value = figure(match["plain"] or match["formed"]) if match else None
    if match is None or value is None:
        return None
    if match["form"]:
        return match["form"] % (int(value) if match["form"][-1] == "d" else value)
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else f"{value:.6g}"
