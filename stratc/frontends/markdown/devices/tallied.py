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
from stratc.frontends.markdown.words.counted_nouns import BOARDS, FULLEST, OF_A_BOARD
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tallies import Tally
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

TOTALS = ("hardware.device_count", "strategy.device_count")
REPLICAS = "replicas.run"
MACHINES = "nodes.run"  # machines of the plan, with the devices of each where their name says so
_PARTS = frozenset(("per", "each", "replica", "instance", "stage", "group", "phase"))  # of which a table or list tells
_POOLS = frozenset(("prefill", "decode", "cloud"))  # whose replicas, and the groups of these, differ
_LARGEST = 32  # devices of a machine that is worked out, all devices and machines being counted
_GROUPS = {f"{axis} {noun}": axis for axis in ("tp", "ep", "dp", "pp") for noun in ("group", "rank")}
_GROUPS |= {"expert group": "ep", "data group": "dp", "replica": "replica", "dp replica": "replica"}
_OF_GROUP = {"tp group": "tp", "ep group": "ep group", "replica": "replica", "dp replica": "replica"}
_PART_ON = Pattern(r"[rsgA].*v|A[lL.-]*u|(?<!P)o[tL]?$")
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
    holder = _holder(sentence, tally.holder)
    if tally.noun in ("node", "rack") and holder in ("", "pool"):
        yield from _machines(sentence, counts, tally)
    elif holder:
        yield from _held(sentence, counts, tally, holder)
    elif tally.noun in ("tp group", "ep group", "dp group", "pp group"):
        if tally.shape == "bare":
            yield _claim(sentence, "group.count", tally, _GROUPS[tally.noun])
    elif tally.noun == "replica":
        if _are_of_plan(sentence, counts, tally):
            yield _replicas(sentence, counts, tally)
    elif tally.shape in _WHOLES and not counts.of_part(tally.at):
        yield from _of_all(sentence, counts, tally)


def _held(sentence: Sentence, counts: Lettered, tally: Tally, holder: str) -> Iterator[Statement]:
    """What a machine, a replica, a group or the whole pool has."""
    in_part = tally.shape == "per" and counts.of_part(tally.first)
    if holder in _OF_GROUP and tally.noun in ("device", "rank", f"{holder[:2]} rank"):
        yield from () if in_part else _of_group(sentence, tally, _OF_GROUP[holder])
    elif tally.noun == "device" and holder == "node":
        if not in_part and tally.shape != "several" and 1 < tally.number <= FULLEST:
            yield _said(sentence, "hardware.devices_per_node", tally.number, tally)
    elif tally.noun in ("device", "rank") and holder == "pool" and not counts.of_part(tally.first):
        ranks = tally.noun == "rank" or "world" in sentence.stems
        yield _said(sentence, "strategy.device_count" if ranks else "hardware.device_count", tally.number, tally)
    elif (tally.noun, holder) == ("ep rank", "tp group"):
        yield _claim(sentence, "group.devices", tally, "ep in tp")
    elif tally.noun == "node" and tally.shape == "fills" and holder in _GROUPS and not _POOLS & sentence.stems:
        yield _claim(sentence, "group.nodes", tally, _GROUPS[holder])


def _machines(sentence: Sentence, counts: Lettered, tally: Tally) -> Iterator[Statement]:
    """The machines of the plan, and the devices of each where a sentence counts all of them beside."""
    if _of_some(counts, tally) or sentence.block.kind is Kind.HEADING:
        return
    each, rest = divmod(tally.several, tally.number)
    if tally.shape == "spread" and rest == 0 and 1 < each <= _LARGEST:
        yield _said(sentence, "hardware.devices_per_node", each, tally)
    size = _size_by_name(counts, tally)
    if size or tally.noun == "node":
        said = _claim(sentence, MACHINES, tally)
        yield replace(said, index=size) if size else said


def _of_some(counts: Lettered, tally: Tally) -> bool:
    """Whether machines are those of a part: "an engine on 2 nodes", "of 12 nodes", not "a cluster of 12 nodes"."""
    clause = counts.clause(tally.at)
    return counts.of_part(tally.at) or _PART_ON.search(clause) is not None


def _size_by_name(counts: Lettered, tally: Tally) -> int:
    """The devices of a machine by its name: DGX and HGX, racks of so many; else 0."""
    stems = [token.stem for token in counts.tokens[tally.at + 1 : tally.at + 6]]
    racks = (stem.removeprefix("nvl") for stem in stems if stem.startswith("nvl"))
    if tally.noun == "rack":
        return next((int(each) for each in racks if each.isdigit()), 0)
    return OF_A_BOARD if not BOARDS.isdisjoint(stems) else 0


def _holder(sentence: Sentence, holder: str) -> str:
    """The holder of a tally, a bare group being that of the axis which the label or the heading names."""
    if holder != "group":
        return holder
    above = axis_of(sentence.above[0]) if sentence.above and not axes_in(sentence.tokens) else None
    return f"{above.removeprefix('strategy.')} group" if above else holder


def _of_label(sentence: Sentence, tally: Tally) -> Iterator[Statement]:
    """What a label counts: "GPUs per replica: 16", "Engines: 3"."""
    above = (*sentence.header, *(token for title in sentence.above[:1] for token in title.tokens))
    if not _PARTS.isdisjoint(token.stem for token in above):
        return
    if tally.noun in ("device", "rank") and tally.holder in _OF_GROUP:
        yield from _of_group(sentence, tally, _OF_GROUP[tally.holder])
    elif sentence.scope.role is Role.PLAN and (tally.noun, tally.holder) == ("replica", ""):
        yield _claim(sentence, REPLICAS, tally)
    elif sentence.scope.role in (Role.PLAN, Role.TARGET) and (tally.noun, tally.holder) == ("node", ""):
        yield _claim(sentence, MACHINES, tally)


def _of_group(sentence: Sentence, tally: Tally, cause: str) -> Iterator[Statement]:
    """Devices of one group, with the number of groups where it stands beside them; pools have other replicas each."""
    if cause == "replica" and _POOLS & sentence.stems:
        return
    said = _claim(sentence, "group.devices", tally, cause)
    yield replace(said, index=tally.several) if tally.several and cause != "replica" else said


def _of_all(sentence: Sentence, counts: Lettered, tally: Tally) -> Iterator[Statement]:
    """All devices of the plan, and those of a machine where a sentence counts the machines too."""
    if tally.shape in ("bought", "spread"):
        yield _said(sentence, "hardware.device_count", tally.number, tally)
    elif tally.shape == "needed":
        if "W" in counts.letters or "iL" in counts.letters:
            yield _said(sentence, "strategy.device_count", tally.number, tally)
    elif tally.shape == "made" and tally.noun == "device" and _MACHINES.search(counts.letters, 0, tally.at):
        yield _said(sentence, "hardware.device_count", tally.number, tally)
    elif _PARTS.isdisjoint(token.stem for token in sentence.key):
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
    said = _claim(sentence, REPLICAS, tally)
    if not tally.parts:
        return said
    terms: list[Term] = [Literal(counts.number(each)) for each in tally.parts]
    return replace(said, working=reduce(lambda left, right: Apply("+", left, right), terms))


def _claim(sentence: Sentence, metric: str, tally: Tally, cause: str = "") -> Statement:
    said = _said(sentence, metric, float(tally.number), tally)
    return replace(said, quantity=Quantity.of(float(tally.number)), cause=cause)


def _said(sentence: Sentence, key: str, value: Value, tally: Tally) -> Statement:
    return said_at(sentence, key, value, (tally.place[0] - sentence.start, tally.place[1] - sentence.start))
