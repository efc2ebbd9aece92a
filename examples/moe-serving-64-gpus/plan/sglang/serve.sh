#!/usr/bin/env bash
# SGLang server, written by stratc; arguments of SGLang 0.5.
# Run it on every node, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail

MODEL_NAME=moe-64  # examples/moe-serving-64-gpus/plan.strat:12

# 64 devices, examples/moe-serving-64-gpus/plan.strat:35
SERVE_ARGS=(
  --tp-size 16  # tp × cp × dp (examples/moe-serving-64-gpus/plan.strat:30)
  --pp-size 4  # examples/moe-serving-64-gpus/plan.strat:31
  --attn-dp-size 8  # devices ÷ (tp × cp × pp) (examples/moe-serving-64-gpus/plan.strat:35)
  --ep-size 8  # examples/moe-serving-64-gpus/plan.strat:29
  --context-length 1024  # examples/moe-serving-64-gpus/plan.strat:24
  --max-running-requests 128  # examples/moe-serving-64-gpus/plan.strat:23
  --quantization fp8  # examples/moe-serving-64-gpus/plan.strat:19
  --nnodes 8  # the plan names no node size; eight devices a node is usual
)

NODE_ARGS=(--node-rank "${NODE_RANK:-0}" --dist-init-addr "${MASTER_ADDR:-localhost}:${MASTER_PORT:-5000}")

python3 -m sglang.launch_server --model-path "${MODEL:-$MODEL_NAME}" "${SERVE_ARGS[@]}" "${NODE_ARGS[@]}" "$@"
