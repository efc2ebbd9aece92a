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
_WHEN = re.compile(
    r"NR\s*(?P<sign>==|>|>=|<|<=|!=)\s*(?P<row>\d+)|/(?P<shape>[^/]*)/|(?P<end>END)|"
    r"\$(?P<field>\d+)\s*(?P<is>==|!=|~|!~)\s*(?:\"(?P<word>[^\"]*)\"|/(?P<like>[^/]*)/|(?P<figure>\d+))|"
)
_SUM = re.compile(r"\s*\{\s*(\w+)\s*\+=\s*(\$\d+|\$NF|1)\s*;?\s*\}\s*END\s*\{\s*print\s+(\w+)\s*;?\s*\}\s*")
_FIELD = re.compile(r"\$(\d+|NF)")
_NUMBER = re.compile(r"\s*BEGIN\s*\{\s*(?:print\s+(?P<plain>[^;{}]+)|printf\s*\(?\s*"
                     r"\"(?P<form>%[.\d]*[dfeg])(?:\\n)?\"\s*,(?P<formed>[^;{}]+?)\)?)\s*;?\s*\}\s*")  # fmt: skip
_ORDER = {"==": int.__eq__, "!=": int.__ne__, ">": int.__gt__, ">=": int.__ge__, "<": int.__lt__, "<=": int.__le__}


def told(said: Traced, words: list[str]) -> Traced | None:
    """What a program of awk says of a text; None where it is none of the plain ones."""
    program, options = _with_values(words)
    given = re.fullmatch(r"(?:-F ?(?P<sign>\S+) )?(?P<program>[^-].*)", " ".join((*options, program)), re.S)
    if given and (summed := _SUM.fullmatch(given["program"])) and summed[1] == summed[3]:
        return _summed(said, summed[2], given["sign"])
    does = _PROGRAM.fullmatch(given["program"]) if given else None
    when = _WHEN.fullmatch(does["when"]) if does else None
    if given is None or does is None or when is None:
        return None
    if given["sign"] and len(given["sign"]) > 1 and pattern_of(given["sign"], extended=True) is None:
        return None
    wanted = [each.strip() for each in (does["what"] or "$0").split(",")]
    if when["end"]:
        return computed(f"{len(lines(said))}\n", said) if wanted == ["NR"] else None
    if not all(each == "NF" or _FIELD.fullmatch(each) for each in wanted):
        return None
    found: list[Traced] = []
    for number, line in enumerate(lines(said), 1):
        chosen = _is_chosen(when, number, line, given["sign"])
        if chosen is None:
            return None
        if chosen:
            found += [_printed(line, wanted, given["sign"]), Traced("\n", (line.place,))]
            if does["stop"]:
                break
    return joined(found)


def _with_values(words: list[str]) -> tuple[str, list[str]]:
    """The program with what -v sets in the places of its names, and the other options."""
    *options, program = words
    given = re.findall(r"-v ?([A-Za-z_]\w*)=(\S*)", " ".join(options))
    for name, value in given:
        shown = value if re.fullmatch(r"-?[\d.]+", value) else f'"{value}"'
        program = shown.join(re.split(rf"\b{name}\b", program))
    left = re.sub(r"-v ?[A-Za-z_]\w*=\S* ?", "", " ".join(options))
    return program, [left] if left else []


def _summed(said: Traced, field: str, sign: str | None) -> Traced | None:
    """The sum of a field of all lines, or their number."""
    found = [line.text if field == "1" else _printed(line, [field], sign).text for line in lines(said)]
    if field == "1":
        return computed(f"{len(found)}\n", said)
    numbers = [each.strip() or "0" for each in found]
    known = all(re.fullmatch(r"\d{1,9}", each) for each in numbers)
    return computed(f"{sum(map(int, numbers))}\n", said) if known else None


def _is_chosen(when: re.Match[str], number: int, line: Traced, sign: str | None) -> bool | None:
    if when["row"]:
        return bool(_ORDER[when["sign"]](number, int(when["row"])))
    text = _printed(line, [f"${when['field']}"], sign).text if when["field"] else line.text
    other = when["word"] if when["word"] is not None else when["figure"]
    if when["is"] in ("==", "!=") and other is not None:
        return (text == other) == (when["is"] == "==")
    if when["shape"] is None and when["like"] is None:
        return True if when["field"] is None else None
    shape = pattern_of(when["shape"] or when["like"] or "", extended=True)
    hit = None if shape is None or not fits(shape, text) else re.search(shape, text) is not None
    return hit if hit is None or when["is"] != "!~" else not hit


def _printed(line: Traced, wanted: list[str], sign: str | None) -> Traced:
    """Some fields of a line with blanks between them."""
    spans = [each.span() for each in re.finditer(r"\S+", line.text)] if sign is None else _spans(line.text, sign)
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
    gap = re.compile((pattern_of(sign, extended=True) if len(sign) > 1 else None) or re.escape(sign))
    ends = [each.span() for each in gap.finditer(text)]
    return list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True))


def number(words: list[str]) -> str | None:
    """The figure that a program prints without reading anything, with what -v sets: BEGIN { print 2 * 3 }."""
    program, _ = _with_values(words)
    match = _NUMBER.fullmatch(program)
    value = figure(match["plain"] or match["formed"]) if match else None
    if match is None or value is None:
        return None
    if match["form"]:
        return match["form"] % (int(value) if match["form"][-1] == "d" else value)
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else f"{value:.6g}"
