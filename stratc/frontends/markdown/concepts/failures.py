"""What a sentence says of failures: parts spread over devices given as redundancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import DEVICES, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

Place = tuple[int, int]
_SPREAD = words("expert distributed distribution parallelism sharded sharding partitioning tensor pipeline")
_OWN = words("natural inherent intrinsic implicit automatic")
_SAFETY = words("redundancy")
_FAILS = words("failure loss outage crash fault")
_TOUCH = words("affect impact hit concern degrade")
_PARTS = words("expert local layer head shard stage own")
_GOES_ON = words("continue survive tolerate withstand")
_FAILING = words("fail failing lost die")
_NEEDED = _FAILS | _SAFETY | _FAILING
_COPIES = words(
    "replica replicated replication copy duplicate duplicated backup standby spare checkpoint checkpointing restart "
    "data dp failover hot cold elastic rebalance redistribute reassign not if"
)


def failures(sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """Concept "redundancy_by_spreading" with the words that say it; copies and restarts named beside it do help."""
    if sentence.stems.isdisjoint(_NEEDED):
        return
    tokens = sentence.tokens
    said = [at for at, token in enumerate(tokens) if token.stem]
    stems = [tokens[at].stem for at in said]
    named = _COPIES & set(stems)
    place = None if named else _no_single_point(stems) or _only_local(stems) or _natural(stems)
    place = place or (None if named - {"if"} else _goes_on(stems))
    if place:
        yield "redundancy_by_spreading", (said[place[0]], said[place[1] - 1] + 1)


def _no_single_point(stems: Sequence[str]) -> Place | None:
    """ "no single point of failure with distributed experts"."""
    for at in range(len(stems) - 4):
        if tuple(stems[at : at + 5]) == ("no", "single", "point", "of", "failure") and _SPREAD & set(stems):
            return at, at + 5
    return None


def _only_local(stems: Sequence[str]) -> Place | None:
    """ "a device failure affects only its experts"."""
    for at in range(len(stems) - 3):
        if stems[at] in _FAILS and stems[at + 1] in _TOUCH and stems[at + 2] == "only":
            end = next((n for n in range(at + 3, min(at + 7, len(stems))) if stems[n] in _PARTS), 0)
            return (at, end + 1) if end else None
    return None


def _natural(stems: Sequence[str]) -> Place | None:
    """ "a distributed architecture provides natural redundancy"."""
    for at in range(len(stems) - 1):
        if stems[at] in _OWN and stems[at + 1] in _SAFETY and _SPREAD & set(stems):
            return at, at + 2
    return None


def _goes_on(stems: Sequence[str]) -> Place | None:
    """ "the service continues when a GPU fails", "survives the loss of any single device"."""
    for at, stem in enumerate(stems):
        before = stems[max(0, at - 8) : at]
        if stem in _GOES_ON and DEVICES & set(before) and _FAILING & set(before) and "remaining" in before:
            return max(0, at - 8), at + 1
        near = stems[at + 1 : at + 9]
        if stem in _GOES_ON and DEVICES & set(near) and (_FAILS | _FAILING) & set(near):
            return at, at + 1 + max(n for n, word in enumerate(near, 1) if word in DEVICES | _FAILS | _FAILING)
    return None
