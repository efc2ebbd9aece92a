#!/usr/bin/env bash
# SGLang server, written by stratc; arguments of SGLang 0.5.
# Run it on every node, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail

MODEL_NAME=moe-7b  # examples/moe-7b-memory-budget/plan.strat:11

# 128 devices, examples/moe-7b-memory-budget/plan.strat:28
SERVE_ARGS=(
  --tp-size 64  # tp × cp × dp (examples/moe-7b-memory-budget/plan.strat:30)
  --pp-size 2  # examples/moe-7b-memory-budget/plan.strat:31
  --attn-dp-size 16  # devices ÷ (tp × cp × pp) (examples/moe-7b-memory-budget/plan.strat:28)
  --ep-size 16  # examples/moe-7b-memory-budget/plan.strat:29
  --context-length 10240  # examples/moe-7b-memory-budget/plan.strat:24
  --max-running-requests 128  # examples/moe-7b-memory-budget/plan.strat:23
  --dtype float16  # examples/moe-7b-memory-budget/plan.strat:19
  --nnodes 16  # the plan names no node size; eight devices a node is usual
)

NODE_ARGS=(--node-rank "${NODE_RANK:-0}" --dist-init-addr "${MASTER_ADDR:-localhost}:${MASTER_PORT:-5000}")

python3 -m sglang.launch_server --model-path "${MODEL:-$MODEL_NAME}" "${SERVE_ARGS[@]}" "${NODE_ARGS[@]}" "$@"
