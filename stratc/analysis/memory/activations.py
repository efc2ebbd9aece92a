"""What the layers of a stage keep for the backward pass, and what serving computes at once."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from stratc.analysis.memory.setting import Setting
from stratc.arith.functions import maximum, minimum
from stratc.arith.term import Number, plain, working
from stratc.cost.activations import full_recompute_activations, layer_activations
from stratc.cost.schedule import (
    in_flight,
    in_flight_dualpipe,
    in_flight_gpipe,
    in_flight_interleaved,
    in_flight_zero_bubble,
)

PREFILL_TOKENS = 8192  # tokens that serving engines compute at once, unless told otherwise (vLLM, SGLang)


def device_tokens(setting: Setting) -> Number | None:
    """Tokens of a micro-batch, or of a replica that serves, on one device; None where the plan does not say."""
    if setting.sequence is None or setting.sequences is None:
        return None
    return working(setting.sequence) * setting.sequences / setting.division.cp


def kept_by_layers(setting: Setting) -> tuple[Number, Number]:
    """What a dense layer and one with experts keep of a micro-batch, as far as a pass through them computes it."""
    tokens = device_tokens(setting)
    if tokens is None or not setting.training:
        return 0.0, 0.0
    computed = _nothing_again(setting) if setting.kept.recompute == "full" or setting.alternate else setting
    return _layer(computed, tokens, False), _layer(computed, tokens, True)


class MicroBatch(NamedTuple):
    """What a stage keeps of one micro-batch, and the one layer beside it that is computed again, where one is."""

    kept: Number
    again: Number | None = None


def activations(setting: Setting, index: int, each: MicroBatch | None) -> Number | None:
    """What a stage keeps at once, of so many micro-batches as it has in flight; None if unsaid."""
    if each is None:
        return None
    kept = each.kept * _in_flight(setting, index) if setting.training else each.kept
    return kept if each.again is None else kept + each.again


def micro_batch(setting: Setting, index: int, ends: tuple[Number, Number]) -> MicroBatch | None:
    """What a stage keeps of one micro-batch, where a dense layer and one with experts keep `ends`; None if unsaid."""
    tokens = device_tokens(setting)
    if tokens is None or setting.sequence is None:
        return None
    if not setting.training:
        return MicroBatch(_working_set(setting, minimum(tokens, PREFILL_TOKENS)))
    divided = setting.division
    dense, moe = divided.layers[index]
    again = _layers_again(setting, dense + moe)
    shared = divided.tp if setting.kept.sequence_parallel else 1
    inputs = full_recompute_activations(tokens, 1, setting.whole.hidden) / shared
    whole = (dense * ends[0] + moe * ends[1]) * (1 - again / max(1, dense + moe))
    sent = inputs if setting.stack.sends and divided.pp > 1 else 0.0
    widest = _widest(dense * ends[0] and ends[0], moe * ends[1] and ends[1]) if again else None
    return MicroBatch(inputs * again + whole + sent, widest)


def _widest(one: Number, other: Number) -> Number:
    """The larger of two, of which either may be absent."""
    return maximum(one, other) if plain(one) and plain(other) else one if plain(one) else other


def _layers_again(setting: Setting, layers: int) -> int:
    """Layers of a stage of which only the input is kept."""
    if setting.kept.recompute == "full":
        return layers
    return layers // 2 if setting.alternate else 0


def _in_flight(setting: Setting, index: int) -> Number:
    """Micro-batches whose activations a stage keeps at once."""
    divided, count = setting.division, working(setting.micro_batches)
    if divided.schedule == "gpipe":
        return in_flight_gpipe(count)
    if divided.schedule == "dualpipe":
        return in_flight_dualpipe(divided.pp, count)
    if divided.schedule in ("zb-h1", "zb-v"):
        return in_flight_zero_bubble(divided.pp, count)
    if divided.vpp > 1:
        return in_flight_interleaved(divided.pp, count, index, divided.vpp)
    return in_flight(divided.pp, count, index)


def _nothing_again(setting: Setting) -> Setting:
    return replace(setting, kept=replace(setting.kept, recompute="none"))


def _layer(setting: Setting, tokens: Number, has_experts: bool) -> Number:
    if (has_experts and not setting.whole.experts) or (not has_experts and not setting.whole.ffn):
        return 0.0
    divided, length = setting.division, working(setting.sequence or 0.0)
    gathered = divided.expert_tp / divided.tp if setting.kept.sequence_parallel else 1.0
    routed = tokens * (setting.whole.top_k or 1.0) * gathered if has_experts else None
    return layer_activations(tokens, length, setting.part, setting.kept, divided.tp, 2, routed).total


def _working_set(setting: Setting, tokens: Number) -> Number:
    """What one layer needs at once while serving: input, output, and the widest product between them."""
    part = setting.part
    widths = (part.ffn, part.expert_ffn * (part.top_k or 1.0), part.hidden)
    return tokens * (2 * part.hidden + part.matrices * max(widths, key=plain)) * 2
