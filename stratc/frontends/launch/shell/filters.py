"""Filters whose work on a text is known: parts of lines, lines of a text, replaced characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from stratc.frontends.launch.shell.inputs import lines
from stratc.frontends.launch.shell.patterns import fits, pattern_of
from stratc.frontends.launch.traced import Traced, computed, joined

if TYPE_CHECKING:
    from stratc.frontends.launch.shell.memory import Memory

Filter = Callable[[Traced, list[str]], Traced | None]
_CLASSES = {"[:upper:]": "A-Z", "[:lower:]": "a-z", "[:digit:]": "0-9", "[:space:]": " \t\n", "[:blank:]": " \t"}


def filtered(shell: Memory, said: Traced, words: Sequence[Traced]) -> Traced | None:
    """The output of a filter; None where only a run would tell."""
    name, *rest = [each.text for each in words]
    match name:
        case "sed":
            from stratc.frontends.launch.shell.sed import edited

            return edited(said, words[1:])
        case "envsubst":
            return substituted(shell, said, " ".join(rest))
        case "bc" if said.is_known:
            from stratc.frontends.launch.shell.figures import calculated

            program = f"scale=20\n{said.text}" if "-l" in rest else said.text
            told = calculated(program)
            return None if told is None else computed(told, said)
        case "jq" | "yq":
            return asked(said, [name, *rest])
        case "cat" | "tee":
            return said if name == "tee" or set(rest) <= {"-"} else None
        case "head" | "tail":
            return _end(said, name, rest)
        case _ if said.is_known and name in FILTERS:
            return FILTERS[name](said, rest)
        case _:
            return None


def asked(document: Traced | None, words: list[str]) -> Traced | None:
    """What yq or jq answers of a document; jq keeps the quotes of a text unless it is told not to."""
    from stratc.frontends.launch.shell import yq

    plain = [each for each in words[1:] if not each.startswith("-")]
    if document is None or not document.is_known or len(plain) != 1:
        return None
    told = yq.answer(plain[0], document)
    raw = words[0] == "yq" or any(re.fullmatch(r"-\w*r\w*|--raw-output", each) for each in words[1:])
    quotes = told is not None and not raw and not re.fullmatch(r"-?[\d.]+|true|false|null", told.text.strip())
    return None if quotes else told


def substituted(shell: Memory, text: Traced, only: str = "") -> Traced:
    """A text with the values of its variables, or only of those that envsubst is told."""
    wanted = set(re.findall(r"\w+", only))
    parts, at = [], 0
    for hole in re.finditer(r"\$(?:(\w+)|\{(\w+)\})", text.text):
        if wanted and (hole[1] or hole[2]) not in wanted:
            continue
        parts += [text.part(at, hole.start()), shell.value(hole[1] or hole[2]) or Traced("")]
        at = hole.end()
    return joined([*parts, text.part(at)])


def _end(said: Traced, name: str, words: list[str]) -> Traced | None:
    """head and tail."""
    count = re.fullmatch(r"-(?:n ?)?(\+?)(\d{1,6})", " ".join(words) or "-10")
    if not count or (count[1] and name == "head"):
        return None
    rows, number = lines(said, ends=True), int(count[2])
    if name == "head":
        return joined(rows[:number])
    return joined(rows[max(number - 1, 0) :] if count[1] else rows[-number:] if number else ())


def _grep(said: Traced, words: list[str]) -> Traced | None:
    """grep: the lines that hold a pattern, or do not; their count; what the pattern took."""
    signs = "".join(each[1:] for each in words if each.startswith("-") and each != "-e")
    plain = [each for each in words if not each.startswith("-")]
    if len(plain) != 1 or set(signs) - set("vioEFcqw"):
        return None
    source = pattern_of(re.escape(plain[0]) if "F" in signs else plain[0], extended="E" in signs or "F" in signs)
    if source is None or not all(fits(source, each.text) for each in lines(said)):
        return None
    source = rf"\b(?:{source})\b" if "w" in signs else source
    shape = re.compile(source, re.I if "i" in signs else 0)
    kept = [each for each in lines(said) if bool(shape.search(each.text)) != ("v" in signs)]
    if "c" in signs:
        return computed(f"{len(kept)}\n", said)
    if "o" in signs:
        return rows(each.part(*hit.span()) for each in kept for hit in shape.finditer(each.text) if hit.group())
    return rows(kept)


def rows(found: Iterable[Traced]) -> Traced:
    """Lines as one text."""
    return joined(part for each in found for part in (each, Traced("\n", (each.place,))))


def _wc(said: Traced, words: list[str]) -> Traced | None:
    counts = {"-l": said.text.count("\n"), "-w": len(said.text.split()), "-c": len(said.text), "-m": len(said.text)}
    return computed(f"{counts[words[0]]}\n", said) if len(words) == 1 and words[0] in counts else None


def _tr(said: Traced, words: list[str]) -> Traced | None:
    """tr: characters replaced, deleted, or squeezed."""
    signs = "".join(each[1:] for each in words if each.startswith("-") and len(each) > 1)
    sets = [_characters(each) for each in words if not each.startswith("-") or len(each) == 1]
    match signs, sets:
        case "d", [gone]:
            return joined(said.part(at, at + 1) for at, char in enumerate(said.text) if char not in gone)
        case (("cd" | "dc"), [kept]):
            return joined(said.part(at, at + 1) for at, char in enumerate(said.text) if char in kept)
        case "s", [single]:
            return _squeezed(said, single)
        case (("" | "s"), [old, new]) if old and new:
            to = {char: new[min(at, len(new) - 1)] for at, char in enumerate(old)}
            turned = Traced("".join(to.get(each, each) for each in said.text), said.at)
            return _squeezed(turned, new) if signs else turned
        case _:
            return None


def _squeezed(said: Traced, single: str) -> Traced:
    text = said.text
    kept = (at for at, char in enumerate(text) if not (at and char in single and text[at - 1] == char))
    return joined(said.part(at, at + 1) for at in kept)


def _characters(text: str) -> str:
    """The characters of a set of tr."""
    for name, every in _CLASSES.items():
        text = text.replace(name, every)
    text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
    ranges = re.compile(r"([a-zA-Z0-9])-([a-zA-Z0-9])")
    return ranges.sub(lambda each: "".join(map(chr, range(ord(each[1]), ord(each[2]) + 1))), text)


def _cut(said: Traced, words: list[str]) -> Traced | None:
    """cut: some fields of each line."""
    given = re.fullmatch(r"(?:-d ?(\S|.)|--delimiter=(\S)) (?:-f ?|--fields=)(\d+(?:,\d+)*)(-?)", " ".join(words))
    if not given:
        return None
    sign, wanted = given[1] or given[2], [int(each) for each in given[3].split(",")]
    found = []
    for line in lines(said):
        spans, at = [], 0
        for each in line.text.split(sign):
            spans.append((at, at + len(each)))
            at += len(each) + 1
        last = len(spans) if given[4] else 0
        numbers = [*wanted, *range(wanted[-1] + 1, last + 1)]
        fields = [line.part(*spans[each - 1]) for each in numbers if 0 < each <= len(spans)]
        found.append(between(fields if len(spans) > 1 else [line], sign))
    return rows(found)


def between(fields: Iterable[Traced], sign: str) -> Traced:
    """Fields with a sign between them."""
    found: list[Traced] = []
    for each in fields:
        found += [Traced(sign, (each.place,) * len(sign)), each] if found else [each]
    return joined(found)


def _sort(said: Traced, words: list[str]) -> Traced | None:
    signs = "".join(each.lstrip("-") for each in words)
    if set(signs) - set("unr"):
        return None
    found = lines(said)
    if "n" in signs and not all(each.text.strip().isdecimal() for each in found):
        return None
    found.sort(key=lambda each: (int(each.text) if "n" in signs else 0, each.text), reverse="r" in signs)
    return rows(_without_twins(found) if "u" in signs else found)


def _without_twins(found: list[Traced]) -> list[Traced]:
    return [each for number, each in enumerate(found) if not number or found[number - 1].text != each.text]


def _uniq(said: Traced, words: list[str]) -> Traced | None:
    return None if words else rows(_without_twins(lines(said)))


def _paste(said: Traced, words: list[str]) -> Traced | None:
    given = re.fullmatch(r"-s ?-?d ?['\"]?(.)['\"]?(?: -)?", " ".join(words))
    return rows([between(lines(said), given[1])]) if given else None


def _xargs(said: Traced, words: list[str]) -> Traced | None:
    if words not in ([], ["echo"]):
        return None
    return rows([between((said.part(*each.span()) for each in re.finditer(r"\S+", said.text)), " ")])


def _awk(said: Traced, words: list[str]) -> Traced | None:
    from stratc.frontends.launch.shell.awk import told

    return told(said, words)


FILTERS: dict[str, Filter] = {
    **dict.fromkeys(("grep", "egrep", "fgrep"), _grep), "wc": _wc, "tr": _tr, "cut": _cut, "sort": _sort,
    "uniq": _uniq, "paste": _paste, "xargs": _xargs, "awk": _awk, "gawk": _awk,
}  # fmt: skip
NAMES = {"jq", "yq", "sed", "cat", "tee", "envsubst", "bc", "head", "tail", *FILTERS}
