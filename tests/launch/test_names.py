"""Arguments that a program does not have: a slip is a warning, a name like no other is told."""

from __future__ import annotations

import pytest

from stratc.pipeline import check
from stratc.text.source import Source

MEGATRON = "export CUDA_DEVICE_MAX_CONNECTIONS=1\ntorchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 8 "
SHAPE = "--hidden-size 512 --num-attention-heads 8 --seq-length 128 --micro-batch-size 1 --global-batch-size 8 "


@pytest.mark.parametrize(
    ("command", "name", "severity", "nearest"),
    [
        (f"{MEGATRON}{SHAPE}--tensor-model-paralel-size 2", "Megatron", "warning", "--tensor-model-parallel-size"),
        (f"{MEGATRON}{SHAPE}--frobnicate", "Megatron", "info", ""),
        ("vllm serve own/model --tensor-paralel-size 8", "vLLM", "warning", "--tensor-parallel-size"),
        ("vllm serve own/model --compilation-config.level 3 --tp-sizes-of-all 8", "vLLM", "info", ""),
        ("python -m sglang.launch_server --model-path m --mem-fraction-statik 0.8", "SGLang", "warning",
         "--mem-fraction-static"),
    ],
)  # fmt: skip
def test_unknown_arguments_are_told(command: str, name: str, severity: str, nearest: str) -> None:
    (found,) = [each for each in check(Source("run.sh", command)).diagnostics if each.rule.code == "IN103"]
    assert (found.severity.value, nearest in found.help) == (severity, True)
    assert found.message.startswith(f"{name} has no argument")


@pytest.mark.parametrize(
    "command",
    [
        f"{MEGATRON}{SHAPE}--fork-a --fork-b --fork-c 4",
        "vllm serve own/model --no-enable-prefix-caching --max_model_len 4096 --tensor-parallel 2",
        "python train.py --frobnicate 3",
    ],
)
def test_forks_and_other_spellings_are_not_told(command: str) -> None:
    assert not [each for each in check(Source("run.sh", command)).diagnostics if each.rule.code == "IN103"]


LISTED = "MODEL_ARGS:\n  --num-layers: 8\n  --hidden-size: 512\n  --micro-batch-size: 1\n  --{}: 2\n"
ARGUMENTS = "args:\n- --num-layers=8\n- --hidden-size\n- 512\n- --micro-batch-size 1\n- --{} 2\n"


@pytest.mark.parametrize("text", [LISTED, ARGUMENTS])
def test_arguments_that_a_document_lists_are_held_to_the_same_names(text: str) -> None:
    def told(name: str) -> list[str]:
        source = Source("model.yaml", text.format(name))
        return [each.help for each in check(source).diagnostics if each.rule.code == "IN103"]

    (advice,) = told("tensor-model-paralel-size")
    assert advice.startswith("did you mean `--tensor-model-parallel-size`")
    assert told("tensor-model-parallel-size") == []


NEOX = "{{\n  pipe-parallel-size: 1, model-parallel-size: 2, num-layers: 44,\n  num_attention_heads: 64, {}\n}}\n"


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('"model-paralel-size": 2', [("warning", True)]),
        ("frobnication: {stage: 1}", [("info", False)]),
        ("zero_optimization: {stage: 1}, optimizer: {type: Adam}, lr_decay_iters: null, attention-config: []", []),
        ("own_a: 1, own_b: 2, own_c: 3", []),  # the keys of a fork
    ],
)
def test_keys_that_neox_does_not_have_are_told(keys: str, told: list[tuple[str, bool]]) -> None:
    found = [each for each in check(Source("neox.yml", NEOX.format(keys))).diagnostics if each.rule.code == "IN103"]
    assert [(each.severity.value, "`model_parallel_size`" in each.help) for each in found] == told
    assert all(each.message.startswith("GPT-NeoX has no key") for each in found)
