"""What a fact was before: "EP: 4 (reduced from 16)", "batch size 16 instead of 128"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.asides import role_before
from stratc.frontends.markdown.document.saying import ARROWS
from stratc.ir.plan import FACTS
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_TO = " to "


def formerly(sentence: Sentence, found: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of earlier values of the whole-number fact that stands right before them in the sentence."""
    taken = {statement.span.start for statement in found}
    facts = [each for each in found if each.subject in FACTS and type(each.value) is int]
    for at, token in enumerate(sentence.tokens):
        figure = token.figure
        if figure is None or token.start in taken or not figure.is_count or figure.value != int(figure.value):
            continue
        before = [each for each in facts if each.span.end <= token.start]
        if not before or figure.quantity.is_range or role_before(sentence.tokens, at) is not Role.EARLIER:
            continue
        last = max(before, key=lambda each: each.span.start)
        if not any(last.span.end <= other.start < token.start for other in sentence.tokens if other.figure):
            scope = replace(last.scope, role=Role.EARLIER)
            span = Span(sentence.source, token.start, token.end)
            yield replace(last, value=int(figure.value), span=span, scope=scope, quantity=figure.quantity, working=None)


def left_behind(sentence: Sentence, found: Sequence[Statement]) -> list[Statement]:
    """The statements, of two figures with an arrow between them the first told of an earlier plan: "12% → 37%".

    The result of a working ("… = 34 MB → 168 MB") leads to what follows from it.
    """
    if not any(sign in sentence.text for sign in ARROWS):
        return list(found)
    heads = [at for at, token in enumerate(sentence.tokens) if token.sign in ARROWS - {"✅"}]
    left = {
        sentence.tokens[at - 1].start
        for at in heads
        if 0 < at < len(sentence.tokens) - 1 and sentence.tokens[at - 1].figure and sentence.tokens[at + 1].figure
        if at < 2 or sentence.tokens[at - 2].sign not in ("=", "≈")
    }
    kept = {each.subject for each in found if each.span.start not in left}
    return [
        replace(each, scope=replace(each.scope, role=Role.EARLIER))
        if each.span.start in left and each.subject in kept and each.scope.role is Role.PLAN
        else each
        for each in found
    ]


def in_changes(sentence: Sentence, found: Sequence[Statement]) -> list[Statement]:
    """The statements, of "from 96 to 64 GPUs" the second in passing: where a figure is given by itself counts more."""
    former = {(each.subject, each.span.end) for each in found if each.scope.role is Role.EARLIER}
    if not former:
        return list(found)
    return [
        replace(each, passing=True) if (each.subject, _before_to(sentence, each.span.start)) in former else each
        for each in found
    ]


def _before_to(sentence: Sentence, start: int) -> int:
    """Where the figure ends that "to" leads on to this one; -1 for none."""
    before = sentence.text[: start - sentence.start]
    return start - len(_TO) if before.endswith(_TO) else -1


def revised(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where a sentence about a first draft tells of an earlier plan what others say otherwise."""
    drafts = {sentence.start for sentence in said if _DRAFT.match(sentence.text) or _VERSION.search(sentence.text)}
    if not drafts:
        return list(statements)
    now = {
        _axis(each)
        for each in statements
        if each.scope.role is Role.PLAN and _axis(each) and each.context.start not in drafts
    }
    left = {each.context.start for each in statements if each.context.start in drafts and _axis(each) in now}
    return [
        replace(each, scope=replace(each.scope, role=Role.EARLIER))
        if each.context.start in left and each.scope.role is Role.PLAN and _axis(each)
        else each
        for each in statements
    ]


def superseded(statements: Sequence[Statement]) -> list[Statement]:
    """Statements in which what a plan moves away from is its earlier plan.

    "Version 1 proposed TP8 on 64 GPUs.  We move from TP8 to TP4": the first sentence speaks of what the second leaves
    behind, with every degree that it gives and that the plan gives otherwise elsewhere.  "With TP8 …, with TP4 …" then
    compares the two.
    """
    kept: dict[str, set[object]] = {}
    for each in statements:
        if each.subject in _DEGREES and each.scope.role is Role.PLAN:
            kept.setdefault(_axis(each), set()).add(each.value)
    given_otherwise = {axis for axis, values in kept.items() if len(values) > 1}
    moves = _moves(statements)
    told = {
        each.context
        for each in statements
        if each.scope.role is Role.PLAN and _axis(each) in given_otherwise
        if (move := moves.get((_axis(each), each.value))) and each.context.end <= move.span.start
    }
    beside = {(each.context, _axis(each), each.value) for each in statements if _axis(each)}

    def is_left(each: Statement) -> bool:
        if each.scope.role is not Role.PLAN or _axis(each) not in given_otherwise:
            return False
        move = moves.get((_axis(each), each.value))
        return each.context in told or bool(move and (each.context, _axis(each), move.value) in beside)

    return [
        replace(each, scope=replace(each.scope, role=Role.EARLIER)) if is_left(each) else each for each in statements
    ]


def trained_before(statements: Sequence[Statement], launched: Sequence[Statement]) -> list[Statement]:
    """The statements, where a document that starts a server tells under "Training" how its model came about."""
    if not any(each.subject == "workload.phase" and each.value == "inference" for each in launched):
        return list(statements)
    return [
        replace(each, scope=replace(each.scope, role=Role.EARLIER))
        if each.scope.role is Role.PLAN and any(_TRAINING.match(title) for title in each.scope.path[1:])
        else each
        for each in statements
    ]


def _moves(statements: Sequence[Statement]) -> dict[tuple[str, object], Statement]:
    """By axis and the value that a sentence leaves, what it moves to: "from TP8 to TP4", not "originally TP8" alone."""
    new = {(each.context, _axis(each)): each for each in statements if _axis(each) and each.scope.role is Role.PLAN}
    return {
        (_axis(each), each.value): move
        for each in statements
        if _axis(each) and each.scope.role is Role.EARLIER
        if (move := new.get((each.context, _axis(each)))) and move.value != each.value
    }


def _axis(statement: Statement) -> str:
    """The name of a degree, the same for the devices of the plan and of the machines."""
    return statement.subject.rpartition(".")[2] if statement.subject in _DEGREES else ""


_TRAINING = Pattern(
    r"(?i)[\W\d]*(?:(?:model|how (?:it|the model) was|our) )?(?:pre-?)?train(?:ing|ed)(?: (?:details?|data|procedure|"
    r"set-?up|recipe|compute|infrastructure|hardware|configuration|and data))?\W*$",
    "train",
)
_DRAFT = Pattern(
    r"(?i)\W*(?:initially|originally|at first|previously|formerly|in the beginning|(?:(?:the|our|an|its) )?"
    r"(?:first|initial|original|earlier|previous|old|prior|former) (?:draft|version|plan|design|proposal|layout|"
    r"config(?:uration)?|attempt|iteration|setup|revision|strategy|deployment|rollout)\b"
    r"|we (?:initially|originally|first) (?:planned|used|tried|considered|ran|started|chose|proposed|wanted)\b"
    r"|(?:this (?:plan|document|rfc|note) )?(?:supersedes|replaces) [^.;]{0,40}\bwhich\b"
    r"|(?:before|until) [^,.;:\d]{0,40}\b(?:we|plan|draft|design|document) (?:said|had|used|planned|asked|foresaw)\b"
    r"|最初|起初|原先|第一版|初版)",
    "initial|original|first|previous|former|beginning|earlier|old|prior|supersedes|replaces|before|until|最初|起初|原先|第一版|初版",
)
_VERSION = Pattern(
    r"(?i)(?:^\W*|[.;:] )v(?:ersion )?\d(?:\.\d)? (?:(?:used|had|proposed|planned|ran|placed)\b|用|采用|是)",
    "used|had|proposed|planned|ran|placed|用|采用|是",
)
_DEGREES = frozenset(
    (*(f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp", "device_count")), "hardware.device_count")
)
