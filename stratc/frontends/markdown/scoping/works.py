"""Plans that both train and serve, each on its own layout: one of the two works is the plan's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.scoping.conditionals import imagined
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.blocks import Fence
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_WORK = Pattern(
    r"(?i)\b(?:(?P<training>(?:pre-?|post-?)?train(?:ing)?|fine-?tun(?:e|ing)|sft|actor|trainer|grpo|ppo|rlhf)|"
    r"(?P<serving>serv(?:e|ing)|inference|rollouts?))\b",
    "train|tun|sft|actor|grpo|ppo|rlhf|serv|inference|rollout",
)
_RUN = Pattern(
    r"(?i)\b(?:sft|dpo|ppo|grpo|rlhf|pre-?training|mid-?training|anneal(?:ing)?|cool-?down|long[- ]context|"
    r"context[- ]extension|distillation|reward[- ]model(?:ling)?)\b",
    "sft|dpo|ppo|grpo|rlhf|training|anneal|cool|context|distillation|reward",
)
_BOTH = 2
_LAYOUT = frozenset(
    f"strategy.{name}" for name in ("tp", "pp", "dp", "ep", "cp", "device_count", "zero_stage", "framework")
)


def of_works(said: Sequence[Sentence], statements: Sequence[Statement], fences: Sequence[Fence]) -> list[Statement]:
    """The statements, where those of the other work are told of another plan; the arithmetic stays.

    Only where headings name the two works and a layout is given for each.
    """
    headings = {
        work for each in said if each.block.kind is Kind.HEADING and each.sections and (work := _work(each.text))
    }
    title = next((_work(each.text) for each in said if each.block.kind is Kind.HEADING), "")
    if len(headings | ({title} - {""})) < _BOTH:
        return list(statements)
    works = {each.start: work for each in said if (work := _of_sentence(each))}
    started = dict(_started(statements, fences))
    told = {each.span.start: _told(each, works, started) for each in statements}
    own = Counter(told[each.span.start] for each in statements if each.scope.role is Role.PLAN)
    laid_out = {
        told[each.span.start] for each in statements if each.subject in _LAYOUT and each.scope.role is Role.PLAN
    }
    if not {"training", "serving"} <= laid_out:
        return list(statements)
    main = title or max(("training", "serving"), key=lambda work: own[work])
    return [imagined(each) if told[each.span.start] not in ("", main) else each for each in statements]


def _work(title: str) -> str:
    """The work that a heading or a label names first, "" for none and for both at once: "Training and serving"."""
    found = [str(match.lastgroup) for match in _WORK.finditer(title)]
    joined = len(set(found)) == _BOTH and any(sign in title for sign in ("/", "+", "&", " and "))
    return found[0] if found and not joined else ""


def _of_sentence(sentence: Sentence) -> str:
    """The work that a sentence is about by its label, or by the labels and headings above it, the nearest first."""
    label = sentence.text[: sentence.key[-1].end - sentence.start] if _has_label(sentence) else ""
    titles = (label, *(title.text for title in sentence.above))
    return next((work for title in titles if (work := _work(title))), "")


def _has_label(sentence: Sentence) -> bool:
    return bool(sentence.key) and sentence.block.kind is not Kind.CELL


def _started(statements: Sequence[Statement], fences: Sequence[Fence]) -> Iterator[tuple[tuple[int, int], str]]:
    """The work of each fence that starts something, where one of them starts a server."""
    phases = [each for each in statements if each.subject == "workload.phase"]
    settings = [each.span.start for each in statements if each.subject.startswith("setting.")]
    for fence in fences:
        if any(fence.start <= at < fence.end for at in settings):
            serves = any(fence.start <= each.span.start < fence.end and each.value == "inference" for each in phases)
            yield (fence.start, fence.end), "serving" if serves else "training"


def _told(statement: Statement, works: dict[int, str], started: dict[tuple[int, int], str]) -> str:
    """The work that a statement belongs to."""
    at = statement.span.start
    return next(
        (work for (start, end), work in started.items() if start <= at < end), works.get(statement.context.start, "")
    )


def of_runs(said: Sequence[Sentence], statements: Sequence[Statement]) -> list[Statement]:
    """The statements, where runs of a training follow each other on layouts of their own: SFT, then DPO.

    The first layout is the plan's; what sections of others say is told of another plan, and the arithmetic stays.
    """
    runs = {each.start: run for each in said if (run := _run(each.sections))}
    if len(set(runs.values())) < _BOTH:
        return list(statements)
    layouts: dict[str, dict[str, object]] = {}
    for each in statements:
        run = runs.get(each.context.start, "")
        if run and each.subject in _LAYOUT and each.scope.role is Role.PLAN:
            layouts.setdefault(run, {}).setdefault(each.subject, each.value)
    laid_out = [run for run, degrees in layouts.items() if len(degrees) >= _BOTH]
    others = {run for run in laid_out[1:] if _differ(layouts[laid_out[0]], layouts[run])}
    return [imagined(each) if runs.get(each.context.start) in others else each for each in statements]


def _run(sections: Sequence[str]) -> str:
    """The run of a training that the nearest heading names; "" for none."""
    return next((found[0].lower() for title in reversed(sections) if (found := _RUN.search(title))), "")


def _differ(one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether two layouts have another value for one axis."""
    return any(one[subject] != other[subject] for subject in one.keys() & other.keys())
