"""Megatron's arguments as a torchrun script; every value is quoted, every line names the plan's line."""

from __future__ import annotations

from stratc.backends.backend import Where
from stratc.backends.megatron.arguments import (
    ExpertArguments,
    MegatronArguments,
    ModelArguments,
    ParallelArguments,
    RunArguments,
    settings,
)
from stratc.backends.quoting import argument, comment

HEAD = """\
#!/usr/bin/env bash
# Megatron-LM launch, written by stratc; arguments of Megatron-Core 0.19.
# Run it on every node from a checkout of Megatron-LM, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail
"""
DATA = """\
# Without DATA_PATH the run trains on mock data, which is enough to try the layout.
DATA_ARGS=(
  --tokenizer-type "${TOKENIZER_TYPE:-NullTokenizer}"
  --vocab-size "${VOCAB_SIZE:-%s}"
)
if [[ -n "${DATA_PATH:-}" ]]; then DATA_ARGS+=(--data-path "$DATA_PATH"); else DATA_ARGS+=(--mock-data); fi
if [[ -n "${TOKENIZER_MODEL:-}" ]]; then DATA_ARGS+=(--tokenizer-model "$TOKENIZER_MODEL"); fi

TRAIN_ARGS=(
  --train-iters "${TRAIN_ITERS:-100}"
  --lr "${LR:-1.0e-4}"
)
"""
TAIL = """\
torchrun "${DISTRIBUTED_ARGS[@]}" pretrain_gpt.py \\
  "${MODEL_ARGS[@]}"%s "${PARALLEL_ARGS[@]}" "${RUN_ARGS[@]}" "${DATA_ARGS[@]}" "${TRAIN_ARGS[@]}" "$@"
"""


def script(arguments: MegatronArguments, vocabulary: int, where: Where) -> str:
    """The text of the launch script; `vocabulary` is used where no tokenizer is given."""
    experts = _block("MOE_ARGS", arguments.experts, where)
    parts = [
        HEAD,
        "export CUDA_DEVICE_MAX_CONNECTIONS=1\n" if arguments.one_connection else "",
        _distributed(arguments, where),
        _block("MODEL_ARGS", arguments.model, where),
        experts,
        _block("PARALLEL_ARGS", arguments.parallel, where),
        _block("RUN_ARGS", arguments.run, where),
        DATA % vocabulary,
        TAIL % (' "${MOE_ARGS[@]}"' if experts else ""),
    ]
    return "\n".join(part for part in parts if part)


def _distributed(arguments: MegatronArguments, where: Where) -> str:
    per_node = comment(arguments.per_node, where)
    return (
        f"DISTRIBUTED_ARGS=(\n"
        f"  --nproc-per-node {arguments.per_node.value}{per_node}\n"
        f"  --nnodes {arguments.nodes}  # {arguments.world.value} devices{comment(arguments.world, where, ', ')}\n"
        f'  --node-rank "${{NODE_RANK:-0}}"\n'
        f'  --master-addr "${{MASTER_ADDR:-localhost}}"\n'
        f'  --master-port "${{MASTER_PORT:-29500}}"\n'
        f")\n"
    )


def _block(name: str, group: ModelArguments | ExpertArguments | ParallelArguments | RunArguments, where: Where) -> str:
    lines = [f"  {argument(flag, known)}{comment(known, where)}" for flag, known in settings(group)]
    return "\n".join([f"{name}=(", *lines, ")", ""]) if lines else ""
