"""The arguments of a launch with the defaults of the program that takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from stratc.ir.setting import OPEN
from stratc.text.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratc.analysis.case import Case
    from stratc.ir.setting import Setting

# Source: the parser of Megatron-Core 0.19, megatron/training/arguments.py and the configurations that it is made of.
MEGATRON: dict[str, str] = {
    **dict.fromkeys(
        (
            *("--tensor-model-parallel-size", "--pipeline-model-parallel-size", "--context-parallel-size"),
            *("--expert-model-parallel-size", "--num-distributed-optimizer-instances"),
        ),
        "1",
    ),
    "--ckpt-format": "torch_dist",
    "--optimizer": "adam",
    "--position-embedding-type": "learned_absolute",
    "--transformer-impl": "transformer_engine",
    "--moe-token-dispatcher-type": "allgather",
    "--moe-flex-dispatcher-backend": "deepep",
    "--moe-router-load-balancing-type": "aux_loss",
    "--moe-router-score-function": "softmax",
    "--moe-router-topk": "2",
    "--fp8-recipe": "delayed",
    "--cp-comm-type": "p2p",
    "--recompute-modules": "core_attn",
    "--kv-lora-rank": "32",
    "--mtp-num-layers": "0",
    "--dataloader-type": "single",
    **dict.fromkeys(("--main-grads-dtype", "--main-params-dtype", "--exp-avg-dtype", "--exp-avg-sq-dtype"), "fp32"),
}

# Source: deepspeed/runtime/zero/config.py and tensor_parallel/config.py of 0.19.
DEEPSPEED: dict[str, str] = {
    "zero_optimization.stage": "0",
    "zero_optimization.reduce_scatter": "on",
    "fp16.loss_scale": "0",
    "tensor_parallel.autotp_size": "1",
    "expert_parallel.expert_tensor_parallel_size": "1",
    "zero_allow_untested_optimizer": "off",
}

# Source: vllm/config and vllm/engine/arg_utils.py of 0.33, sglang/srt/server_args.py of 0.5.23.
VLLM: dict[str, str] = {
    **dict.fromkeys(
        (
            *("--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size", "--nnodes"),
            *("--decode-context-parallel-size", "--prefill-context-parallel-size"),
        ),
        "1",
    ),
}
SGLANG: dict[str, str] = dict.fromkeys(
    (
        *("--tp-size", "--pp-size", "--dp-size", "--ep-size", "--nnodes", "--attn-dp-size", "--attn-cp-size"),
        *("--moe-dp-size", "--dcp-size"),
    ),
    "1",
)
# Source: torchtitan/config/job_config.py of 0.2.
TORCHTITAN: dict[str, str] = {
    "parallelism.pipeline_parallel_degree": "1",
    "parallelism.pipeline_parallel_schedule": "1F1B",
    "parallelism.pipeline_parallel_microbatch_size": "1",
    "parallelism.pipeline_parallel_first_stage_less_layers": "1",
    "parallelism.pipeline_parallel_last_stage_less_layers": "1",
}
ALIASES = {
    "vllm": {
        "--tp": "--tensor-parallel-size",
        "--pp": "--pipeline-parallel-size",
        "--dp": "--data-parallel-size",
        "--dpl": "--data-parallel-size-local",
        "--ep": "--enable-expert-parallel",
        "--n": "--nnodes",
        "--dcp": "--decode-context-parallel-size",
        "--pcp": "--prefill-context-parallel-size",
    },
    "sglang": {
        "--tensor-parallel-size": "--tp-size",
        "--tp": "--tp-size",
        "--pipeline-parallel-size": "--pp-size",
        "--data-parallel-size": "--dp-size",
        "--dp": "--dp-size",
        "--expert-parallel-size": "--ep-size",
        "--ep": "--ep-size",
        "--pp": "--pp-size",
    },
}
"""Other names of arguments, by engine."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a launch sets, what its program sets otherwise, and whether the text shows all of it."""

    settings: Mapping[str, Setting]
    defaults: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Whether only a run would tell some of the arguments."""
        return OPEN in self.settings

    def has(self, name: str) -> bool | None:
        """Whether an argument is given; None where only a run would tell."""
        if name in self.settings:
            return True
        return None if self.is_open else False

    def value(self, name: str) -> str | None:
        """The text of an argument or of its default; "" where there is neither, None where only a run would tell."""
        setting = self.settings.get(name)
        if setting is None:
            return None if self.is_open else self.defaults.get(name, "")
        if isinstance(setting.value, bool):
            return "on" if setting.value else "off"
        return None if setting.value == "" else str(setting.value).strip("\"' ")

    def amount(self, name: str) -> float | None:
        """The figure of an argument or of its default, None where there is none."""
        text = self.value(name) or ""
        return float(text) if re.fullmatch(r"-?(?:\d{1,15}(?:\.\d*)?|\.\d{1,15})(?:[eE]-?\d{1,2})?", text) else None

    def number(self, name: str) -> int | None:
        """The whole number of an argument or of its default, None where there is none."""
        found = self.amount(name)
        return int(found) if found is not None and found.is_integer() else None


def served(case: Case, engine: str) -> Options:
    """The arguments of a server, each under its long name."""
    names = ALIASES[engine]
    given = {names.get(each.name, each.name): each for each in case.launch}
    return Options(given, VLLM if engine == "vllm" else SGLANG)


_SIZES = {
    "vllm": (
        *("--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size"),
        "--prefill-context-parallel-size",
    ),
    "sglang": ("--tp-size", "--pp-size", "--dp-size"),
}


def server_ranks(given: Options, engine: str) -> int | None:
    """The ranks of a server, the product of its degrees; None where one of them is not told."""
    inside = given.has("--enable-dp-attention")  # its replicas stand inside the tensor-parallel ranks
    sizes = [given.number(each) or 0 if given.has(each) is not False else 1 for each in _SIZES[engine]]
    if engine == "sglang" and inside:
        sizes = sizes[:2]
    return prod(sizes) or None


def options(case: Case, defaults: Mapping[str, str] = MEGATRON) -> Options:
    """The arguments of the launch that a case is, with the defaults of its program."""
    return Options({each.name: each for each in case.launch}, defaults)


def counted(case: Case, name: str) -> tuple[int, Setting] | None:
    """The whole number that a setting of the launch is, and the setting; None where there is none."""
    setting = case.setting(name)
    number = Options({name: setting}, {}).number(name) if setting else None
    return None if setting is None or number is None else (number, setting)


def close_to(name: str, known: frozenset[str]) -> str:
    """The known key that was probably meant, "" where none is close.

    >>> close_to("zero_optimisation", frozenset(["zero_optimization", "optimizer"]))
    'zero_optimization'
    """
    found = nearest(name, known, 1)
    return found[0] if found else ""
