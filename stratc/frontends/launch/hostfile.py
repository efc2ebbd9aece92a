"""The devices that a launch of DeepSpeed takes of a list of hosts, and what is wrong with the list.

Source: deepspeed/launcher/runner.py of 0.19.8: lines `name slots=N`, filters `name:0,1@other`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratc.frontends.launch.arguments import options
from stratc.ir.statement import Statement

if TYPE_CHECKING:
    from stratc.frontends.launch.arguments import Command
    from stratc.frontends.launch.settings import Setting
    from stratc.frontends.launch.shell.memory import Memory
    from stratc.frontends.launch.traced import Traced

HOSTS, SLOTS, REFUSED = "setting.@hosts", "setting.@slots", "setting.@hosts-refused"
_LINE = re.compile(r"^[ \t]*(?:#.*|(?P<host>[^#\s]\S*)[ \t]+slots=(?P<slots>\d{1,5})(?!\d).*|(?P<bad>\S.*))$", re.M)
_FILTER = re.compile(r"[^\s:@]+(?::\d{1,4}(?:,\d{1,4})*)?(?:@[^\s:@]+(?::\d{1,4}(?:,\d{1,4})*)?)*")


@dataclass(frozen=True, slots=True)
class Listed:
    """The hosts of a file with their slots, where each number stands, and what the launcher refuses of it."""

    slots: Mapping[str, int]
    places: tuple[Traced, ...]
    refused: tuple[tuple[str, Traced], ...]


def listed(text: Traced) -> Listed:
    """What a list of hosts says."""
    slots: dict[str, int] = {}
    places: list[Traced] = []
    refused: list[tuple[str, Traced]] = []
    for line in _LINE.finditer(text.text):
        host = line["host"]
        if host is None:
            if line["bad"]:
                refused.append(("a line is not of the form `name slots=N`", text.part(*line.span("bad"))))
        elif host in slots:
            refused.append((f"the host `{host}` is listed twice", text.part(*line.span("host"))))
        else:
            slots[host] = int(line["slots"])
            places.append(text.part(*line.span("slots")))
    return Listed(slots, tuple(places), tuple(refused))


def hosts(command: Command, shell: Memory) -> Iterator[Statement]:
    """The hosts that a launch by `deepspeed` names, and how many devices it takes of them."""
    given = {_LONG.get(each.name, each.name): each for each in options(command.before[1:], shell.atlas)}
    text = _file(command, shell)
    if text is None:
        yield from _local(given)
        yield from _visible(command, given, shell)
        return
    found = listed(text)
    faults = [(message, shell.atlas.span(place)) for message, place in found.refused]
    faults += [(message, each.span) for each, message in _strangers(given, found.slots)]
    if not found.slots and not faults and "hostfile" in given:
        faults = [("the list of hosts is empty", given["hostfile"].span)]
    for message, span in faults[:1]:
        if span is not None:
            yield Statement(REFUSED, message, span, span)
    spans = [span for each in found.places if (span := shell.atlas.span(each)) is not None]
    if not spans or faults:
        return
    yield Statement(HOSTS, len(found.slots), spans[0], spans[0])
    least = min(range(len(spans)), key=lambda index: int(found.places[index].text))
    yield Statement(SLOTS, int(found.places[least].text), spans[least], spans[least])
    devices = _taken(given, found.slots)
    if devices:
        yield Statement("strategy.device_count", devices, spans[0], spans[0])


_LONG = {"h": "hostfile", "i": "include", "e": "exclude"}


def _file(command: Command, shell: Memory) -> Traced | None:
    """The list of hosts that a launch names, where its text is told."""
    words = command.before
    for index, each in enumerate(words):
        name, sign, _ = each.text.partition("=")
        if name in ("--hostfile", "-H"):
            path = each.part(len(name) + 1) if sign else words[index + 1] if index + 1 < len(words) else None
            text = shell.fetch(path) if path is not None and path.is_known else None
            return text if text is not None and text.is_known else None
    return None


def _local(given: Mapping[str, Setting]) -> Iterator[Statement]:
    """Devices that are named one by one, which need no list."""
    chosen = given.get("include")
    parts = _filter(chosen) if chosen else {}
    if chosen and parts and all(parts.values()):
        yield Statement("strategy.device_count", sum(map(len, parts.values())), chosen.span, chosen.context)


def _visible(command: Command, given: Mapping[str, Setting], shell: Memory) -> Iterator[Statement]:
    """The devices that a launch on one node may see, where nothing else chooses or counts them."""
    listed = command.invocation.variables.get("CUDA_VISIBLE_DEVICES")
    chosen = given.keys() & {"include", "exclude", "num_nodes", "num_gpus", "hostfile"}
    if listed is None or chosen or not re.fullmatch(r"\d{1,2}(?:,\d{1,2})*", listed.text):
        return
    if (span := shell.atlas.span(listed)) is not None:
        yield Statement("strategy.device_count", len(set(listed.text.split(","))), span, span)


def _filter(chosen: Setting) -> dict[str, set[int]]:
    """Hosts and those of their slots that are named; none where the text is no such filter."""
    text = str(chosen.value or "").strip("\"'")
    found: dict[str, set[int]] = {}
    for part in text.split("@") if _FILTER.fullmatch(text) else ():
        host, _, numbers = part.partition(":")
        found.setdefault(host, set()).update(int(each) for each in numbers.split(",") if each)
    return found


def _strangers(given: Mapping[str, Setting], slots: Mapping[str, int]) -> Iterator[tuple[Setting, str]]:
    """Hosts and slots of a filter that the list does not have."""
    for each in (given[name] for name in ("include", "exclude") if name in given):
        for host, numbers in _filter(each).items():
            if host not in slots:
                yield each, f"the list of hosts has no `{host}`"
            elif missing := [number for number in sorted(numbers) if number >= slots[host]]:
                yield each, f"`{host}` has {slots[host]} slots and no slot {missing[0]}"


def _taken(given: Mapping[str, Setting], slots: Mapping[str, int]) -> int | None:
    """Devices of the hosts that are taken; None where only a run would tell."""
    if any(name in given and given[name].value is None for name in ("include", "exclude", "num_nodes", "num_gpus")):
        return None
    left = dict(slots)
    if "include" in given:
        named = _filter(given["include"])
        left = {host: len(named[host]) or each for host, each in slots.items() if host in named}
    elif "exclude" in given:
        named = _filter(given["exclude"])
        left = {host: each - (len(named[host]) or each) if host in named else each for host, each in slots.items()}
    if "num_nodes" in given and (number := given["num_nodes"].number):
        left = dict(list(left.items())[:number])
    if "num_gpus" in given and (number := given["num_gpus"].number):
        left = dict.fromkeys(left, number)
    return sum(left.values())
