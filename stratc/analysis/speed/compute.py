"""Operations of a step or of a prompt, and of the stages of a pipeline, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stratc.analysis.memory.setting import Setting
from stratc.arith.term import plain
from stratc.cost.compute import hardware_flops, model_flops, token_flops
from stratc.cost.shape import Shape
from stratc.cost.windows import computed_positions, kept_positions


@dataclass(frozen=True, slots=True)
class Work:
    """Operations on a device: of the model, and with what is computed again."""

    model: float
    hardware: float


def devices(setting: Setting) -> int:
    """Devices by the degrees: tp × cp × pp × dp."""
    divided = setting.division
    return divided.tp * divided.cp * divided.pp * divided.dp


def step_tokens(setting: Setting) -> float | None:
    """Tokens of a training step, or of all prompts at once, over all replicas; None where the plan does not say."""
    if setting.sequence is None or setting.sequences is None:
        return None
    cut = setting.micro_batches if setting.training else 1
    return setting.sequence * setting.sequences * cut * setting.division.dp


def step_work(setting: Setting) -> Work | None:
    """Operations of a training step or of a forward pass of all prompts, shared evenly among the devices."""
    tokens = step_tokens(setting)
    if tokens is None or setting.sequence is None:
        return None
    count, seen = devices(setting), kept_positions(setting.whole.sliding, setting.sequence)
    if not setting.training:
        forward = plain(token_flops(setting.whole, seen).total) * tokens / count
        return Work(forward, forward)
    needed = plain(model_flops(setting.whole, seen, tokens)) / count
    taken = plain(hardware_flops(setting.whole, seen, tokens, setting.kept.recompute)) / count
    return Work(needed, taken)


def looked_at(setting: Setting, length: float) -> float:
    """Positions that a token's attention computes in the mean: kernels that know the mask skip what it hides."""
    return plain(computed_positions(setting.whole.sliding, length)) if setting.kept.flash else length


def stage_shape(setting: Setting, index: int) -> Shape:
    """The part of the architecture that a pipeline stage holds."""
    dense, moe = setting.division.layers[index]
    last = index == len(setting.division.layers) - 1
    return replace(
        setting.whole, layers=dense + moe, moe_layers=moe, vocab=setting.whole.vocab if last else 0, position_rows=0
    )


def slowest_stage_flops(setting: Setting, length: float) -> float:
    """Operations of a token's forward pass in the stage that has most of them."""
    positions = looked_at(setting, length)
    stages = range(len(setting.division.layers))
    return max(plain(token_flops(stage_shape(setting, index), positions).total) for index in stages)


def step_passes(setting: Setting) -> float:
    """Forward passes that a training step is worth: three, and one more where all of it is computed again."""
    return 4.0 if setting.kept.recompute == "full" else 3.0
