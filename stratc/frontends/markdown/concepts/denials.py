"""What a sentence says there is none or little of: exchange between experts, copies of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence

Place = tuple[int, int]
_NONE = words("no zero without eliminate eliminating avoid")
_DENIED = words("no zero without eliminate eliminating none local")
_LITTLE = _NONE | words("minimal negligible little low")
_MINIMAL = words("minimize minimized minimizing minimise minimised minimal low")
_DENIALS = _LITTLE | _MINIMAL | words("none local")
_EXPERTS = (
    ("cross", "expert"),
    ("inter", "expert"),
    ("expert", "to", "expert"),
    ("expert", "to", "gpu"),
    ("inter", "gpu", "expert"),
    ("cross", "gpu", "expert"),
    ("cross", "device", "expert"),
    ("inter", "device", "expert"),
)
_OWN = (("ep",), ("expert",), ("expert", "parallel"), ("expert", "parallelism"))
_TRAFFIC = words("communication transfer traffic exchange")
_HELD = words("parameter weight")
_COPIES = words("replication duplication redundancy copy")
_NEAR = 3  # words between the denial and what it denies
_DOUBTFUL = words("not if unless how whether goal target aim should could need")


def denied(sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """Concepts of little exchange between experts and of no copies of parameters, with the words that say them."""
    if sentence.stems.isdisjoint(_DENIALS) or not sentence.stems.isdisjoint(_DOUBTFUL):
        return
    tokens = sentence.tokens
    said = [at for at, token in enumerate(tokens) if token.stem]
    stems = [tokens[at].stem for at in said]
    of_experts = sentence.scope.topics[:1] == (Topic.EXPERT,)
    exchange = _exchange(stems) or _local(stems)
    whole = exchange and not _DENIED.isdisjoint(stems[slice(*exchange)])
    found = (
        ("expert_exchange_denied" if whole else "expert_exchange_small", exchange),
        ("expert_section_small", _of_section(stems) if of_experts and not exchange else None),
        ("no_parameter_copies", _copies(stems)),
    )
    for concept, place in found:
        if place:
            yield concept, (said[place[0]], said[place[1] - 1] + 1)


def _exchange(stems: Sequence[str]) -> Place | None:
    """ "minimal cross-expert communication", "no expert-to-expert data transfer"."""
    for at, stem in enumerate(stems):
        if stem not in _LITTLE:
            continue
        for start in range(at + 1, at + 1 + _NEAR):
            between = next((each for each in _EXPERTS if tuple(stems[start : start + len(each)]) == each), None)
            end = start + len(between) if between else 0
            if between and (
                word := next((n for n in range(end, end + 2) if stems[n : n + 1] and stems[n] in _TRAFFIC), 0)
            ):
                return at, word + 1
    return None


def _local(stems: Sequence[str]) -> Place | None:
    """ "EP communication: none", "Expert traffic: local computation only"."""
    for at, stem in enumerate(stems):
        own = next((each for each in _OWN if tuple(stems[max(0, at - len(each)) : at]) == each), None)
        after = stems[at + 1 : at + 6]
        if stem in _TRAFFIC and own and (after[:1] == ["none"] or (after[:1] == ["local"] and "only" in after)):
            return at - len(own), at + 2
    return None


def _of_section(stems: Sequence[str]) -> Place | None:
    """ "Minimizes communication overhead", in a section on experts."""
    for at, stem in enumerate(stems):
        if stem in _MINIMAL and stems[at + 1 : at + 2] and stems[at + 1] in _TRAFFIC:
            return at, at + 2
    return None


def _copies(stems: Sequence[str]) -> Place | None:
    """ "no parameter replication", "without duplicated weights"."""
    for at, stem in enumerate(stems):
        near = stems[at + 1 : at + 2 + _NEAR]
        if stem in _NONE and near[:1] and near[0] in _HELD and near[1:2] and near[1] in _COPIES:
            return at, at + 3
    return None
