"""The number of devices in all that a sentence gives: "all 128 GPUs", "3-GPU environment", "trained on 96 GPUs"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.notations import AXES
from stratc.frontends.markdown.document.saying import ARROWS
from stratc.frontends.markdown.layout.items import axes_in, is_item_of_plan
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_WHOLE = words(
    "total cluster environment system configuration setup required available in needed node hardware deployment"
)
_ALL = words("all available exactly match utilize use give yield need make require")
_GIVING = words("give yield need make require")
_ONE = words("a an one single the this our on")
_OWNING = words("have own are has")
_OWNERS = words("we there cluster team lab")
_NOUNS = DEVICES | words("rank")
_OTHERS = words("each every per expert stage replica group rank layer instance")
_DEPLOYED = ("deploy", "cluster", "train", "serve", "serving", "run", "host", "launch")
_AXES = {Topic.TENSOR, Topic.EXPERT, Topic.PIPELINE, Topic.DATA, Topic.SEQUENCE}


def of_axis(sentence: Sentence, at: int) -> bool:
    """Whether a label that names an axis of parallelism is about the group of it: "Expert parallelism: 4 GPUs"."""
    return at >= len(sentence.key) and bool(AXES.inside(sentence.key))


def devices(sentence: Sentence, at: int, index: int) -> str:
    """Devices in all: "all 128 GPUs", "3-GPU environment", "128 GPUs total"."""
    tokens = sentence.tokens
    before = tokens[at - 1] if at else None
    after = [token.stem for token in tokens[index + 1 : index + 3]]
    if (after[:1] and after[0] in ("group", "per", "each", "pair")) or (
        before is not None and before.sign in "÷/×" and before.sign
    ):
        return ""
    hyphen = tokens[at + 1].sign == "-" and bool(after) and after[0] in _WHOLE
    if hyphen and after[0] == "node" and before is not None and before.stem not in _ONE:
        return ""  # "two 8-GPU nodes"
    if before is not None and before.sign == "=" and _opens_total(sentence):
        return "strategy.device_count"
    if (before is None or before.sign == ":") and _is_worked_out(tokens[index + 1 :]):
        return "strategy.device_count"
    whole = bool(after) and after[0] in ("total", "in") and after[:2] != ["in", "each"] and "total" in after
    titled = sentence.block.kind is Kind.HEADING  # a title tells what the plan is about, the plan itself how many
    deployed = before is not None and before.stem in ("across", "on", "using") and not sentence.key and not titled
    placed = before is not None and before.stem in ("on", "across") and not titled and len(axes_in(tokens[:at])) > 1
    of_part = _OTHERS & {token.stem for token in tokens[:at]}
    running = any(token.stem.startswith(_DEPLOYED) for token in tokens[:at])
    overall = placed or (deployed and running and not of_part and not set(sentence.scope.topics) & _AXES)
    if of_axis(sentence, at) or any("stage" in each.lower() for each in (*sentence.scope.path[-1:], *sentence.lead)):
        return ""
    axes = len(axes_in(tokens[:at])) if before is not None and before.sign in (*ARROWS, "=") else 0
    led = axes > (1 if before is None or before.sign != "=" else 2)  # "TP=2 × PP=4 = 8 GPUs" may be one replica
    spread = (
        before is not None
        and before.stem in _ALL
        and after[:1] not in (["group"], ["per"], ["each"])
        and (before.stem not in _GIVING or not _OTHERS & {token.stem for token in tokens[max(0, at - 8) : at]})
    )
    if _are_owned(sentence, at):
        return "hardware.device_count"
    cluster = bool(after) and after[0] in ("cluster", "environment", "system", "configuration", "setup", "deployment")
    if hyphen or whole or spread or led or overall or cluster:
        return "strategy.device_count"
    if not is_item_of_plan(sentence, at, index):
        return ""
    return "strategy.device_count" if axes_in(tokens) else "hardware.device_count"


def _opens_total(sentence: Sentence) -> bool:
    """Whether a sentence without a label is the equation of all devices: "Total GPUs = TP × PP = 8 × 2 = 16 GPUs"."""
    stems = [token.stem for token in sentence.tokens[:4]]
    named = {"total", "all"} & set(stems[:2]) and _NOUNS & set(stems[:3])
    return bool(named) and not sentence.key and any(token.sign == "=" for token in sentence.tokens[:5])


def _is_worked_out(after: Sequence[Token]) -> bool:
    """Whether all degrees make up the count before these words: "64 GPUs = TP 8 × DP 8", which are not one replica."""
    axes = axes_in(after) if after and after[0].sign == "=" else set()
    return len(axes) > 1 and "strategy.dp" in axes


def _are_owned(sentence: Sentence, at: int) -> bool:
    """Whether devices are what someone has: "we have 64 GPUs", "the cluster has 128 NPUs"."""
    before = [token.stem for token in sentence.tokens[max(0, at - 4) : at]]
    return bool(before) and before[-1] in _OWNING and not _OWNERS.isdisjoint(before)
