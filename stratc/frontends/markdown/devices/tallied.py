"""Statements of what sentences count for one another: devices of nodes, replicas and groups, and how many of each."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.letters import Lettered, lettered
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.document.tallies import label_tally, tallies
from stratc.frontends.markdown.layout.degrees import axis_of
from stratc.frontends.markdown.layout.items import axes_in
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tallies import Tally
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

_FULLEST = 16  # devices of a server
_LARGEST = 32  # devices of a machine that is worked out, all devices and machines being counted
_GROUPS = {f"{axis} {noun}": axis for axis in ("tp", "ep", "dp", "pp") for noun in ("group", "rank")}
_GROUPS |= {"expert group": "ep", "data group": "dp", "replica": "replica", "dp replica": "replica"}
_OF_GROUP = {"tp group": "tp", "ep group": "ep group", "replica": "replica", "dp replica": "replica"}
_MACHINES = Pattern(r"n[xjdyA-]*[mc](?![^=]*x)")
_WHOLES = frozenset(("made", "whole", "bought", "needed", "spread"))


def tallied(sentence: Sentence, found: Iterable[Statement] = ()) -> Iterator[Statement]:
    """Statements of the tallies of a sentence that `found` does not hold yet."""
    known = {(each.subject, each.span.start) for each in found}
    yield from (each for each in _tallied(sentence) if (each.subject, each.span.start) not in known)


def _tallied(sentence: Sentence) -> Iterator[Statement]:
    labelled = label_tally(sentence)
    if labelled is not None:
        yield from _of_label(sentence, labelled)
        return
    counts = lettered(sentence)
    if counts is None or sentence.scope.role is not Role.PLAN:
        return
    for tally in tallies(counts):
        if not counts.turned_away(tally.at):
            yield from _statements(sentence, counts, tally)


def _statements(sentence: Sentence, counts: Lettered, tally: Tally) -> Iterator[Statement]:
    """What one tally says of the plan."""
    holder, number = _holder(sentence, tally.holder), tally.number
    in_part = tally.shape == "per" and counts.of_part(tally.first)
    if holder in _OF_GROUP and tally.noun in ("device", "rank", f"{holder[:2]} rank"):
        yield from () if in_part else _of_group(sentence, tally, _OF_GROUP[holder])
    elif tally.noun == "device" and holder == "node":
        if tally.shape != "several" and 1 < number <= _FULLEST and not in_part:
            yield _said(sentence, "hardware.devices_per_node", number, tally)
    elif tally.noun in ("device", "rank") and holder == "pool" and not counts.of_part(tally.first):
        ranks = tally.noun == "rank" or "world" in sentence.stems
        yield _said(sentence, "strategy.device_count" if ranks else "hardware.device_count", number, tally)
    elif tally.noun in ("device", "rank", "node") and not holder and tally.shape in _WHOLES:
        yield from _of_all(sentence, counts, tally)
    elif (tally.noun, holder) == ("ep rank", "tp group"):
        yield _claim(sentence, "group.devices", tally, "ep in tp")
    elif tally.noun == "node" and (cause := _GROUPS.get(holder, "")):
        if tally.shape == "fills" and not sentence.stems & {"prefill", "decode"}:
            yield _claim(sentence, "group.nodes", tally, cause)
    elif tally.noun in ("tp group", "ep group", "dp group", "pp group") and not holder:
        if tally.shape == "bare":
            yield _claim(sentence, "group.count", tally, _GROUPS[tally.noun])
    elif tally.noun == "replica" and not holder and _are_of_plan(sentence, counts, tally):
        yield _replicas(sentence, counts, tally)


def _holder(sentence: Sentence, holder: str) -> str:
    """The holder of a tally, a bare group being that of the axis which the label or the heading names."""
    if holder != "group":
        return holder
    above = axis_of(sentence.above[0]) if sentence.above and not axes_in(sentence.tokens) else None
    return f"{above.removeprefix('strategy.')} group" if above else holder


def _of_label(sentence: Sentence, tally: Tally) -> Iterator[Statement]:
    """What a label counts: "GPUs per replica: 16", "Engines: 3"."""
    if "per" in {token.stem for token in sentence.header}:
        return
    if tally.noun in ("device", "rank") and tally.holder in _OF_GROUP:
        yield from _of_group(sentence, tally, _OF_GROUP[tally.holder])
    elif sentence.scope.role is Role.PLAN and (tally.noun, tally.holder) == ("replica", ""):
        yield _claim(sentence, "replicas.run", tally)


def _of_group(sentence: Sentence, tally: Tally, cause: str) -> Iterator[Statement]:
    """Devices of one group, with the number of groups where it stands beside them; pools have other replicas each."""
    if cause == "replica" and not sentence.stems.isdisjoint(("prefill", "decode", "cloud")):
        return
    said = _claim(sentence, "group.devices", tally, cause)
    yield replace(said, index=tally.several) if tally.several and cause != "replica" else said


def _of_all(sentence: Sentence, counts: Lettered, tally: Tally) -> Iterator[Statement]:
    """All devices of the plan, and those of a machine where a sentence counts the machines too."""
    if counts.of_part(tally.at):
        return
    if tally.shape == "spread" and tally.noun == "node":
        if tally.several % tally.number == 0 and 1 < tally.several // tally.number <= _LARGEST:
            yield _said(sentence, "hardware.devices_per_node", tally.several // tally.number, tally)
    elif tally.shape in ("bought", "spread"):
        yield _said(sentence, "hardware.device_count", tally.number, tally)
    elif tally.shape == "needed":
        if "W" in counts.letters or "iL" in counts.letters:
            yield _said(sentence, "strategy.device_count", tally.number, tally)
    elif tally.shape == "made" and tally.noun == "device" and _MACHINES.search(counts.letters, 0, tally.at):
        yield _said(sentence, "hardware.device_count", tally.number, tally)
    else:
        axes = axes_in(counts.tokens[: tally.at])
        if tally.shape == "whole" or len(axes) > 2 or (len(axes) > 1 and "strategy.dp" in axes):
            yield _said(sentence, "strategy.device_count", tally.number, tally)


def _are_of_plan(sentence: Sentence, counts: Lettered, tally: Tally) -> bool:
    """Whether counted replicas are all that run, not those of a node or of something else that has copies."""
    if tally.shape not in ("bare", "several", "listed") or sentence.block.kind in (Kind.HEADING, Kind.CELL):
        return False
    before = counts.letters[: tally.at]
    after = counts.letters[tally.at + 1 : tally.at + 9].partition("r")[2]
    copies = after.startswith("o") and not after.startswith("otj") and not tally.several  # of something else
    return not (copies or counts.of_part(tally.at) or "m" in before or "expert" in sentence.stems)


def _replicas(sentence: Sentence, counts: Lettered, tally: Tally) -> Statement:
    """Replicas, with the summands of a list as their working."""
    said = _claim(sentence, "replicas.run", tally)
    if not tally.parts:
        return said
    terms: list[Term] = [Literal(counts.number(each)) for each in tally.parts]
    return replace(said, working=reduce(lambda left, right: Apply("+", left, right), terms))


def _claim(sentence: Sentence, metric: str, tally: Tally, cause: str = "") -> Statement:
    said = _said(sentence, metric, float(tally.number), tally)
    return replace(said, quantity=Quantity.of(float(tally.number)), cause=cause)


def _said(sentence: Sentence, key: str, value: Value, tally: Tally) -> Statement:
    return said_at(sentence, key, value, (tally.place[0] - sentence.start, tally.place[1] - sentence.start))
