#!/usr/bin/env bash
# SGLang server, written by stratc; arguments of SGLang 0.5.
# Run it on every node, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail

MODEL_NAME=moe-10b  # examples/moe-10b-revised/corrected.strat:11

# 32 devices, examples/moe-10b-revised/corrected.strat:32
SERVE_ARGS=(
  --tp-size 16  # tp × cp × dp (examples/moe-10b-revised/corrected.strat:34)
  --pp-size 2  # examples/moe-10b-revised/corrected.strat:36
  --attn-dp-size 8  # examples/moe-10b-revised/corrected.strat:37
  --ep-size 4  # examples/moe-10b-revised/corrected.strat:33
  --context-length 10240  # examples/moe-10b-revised/corrected.strat:24
  --max-running-requests 128  # examples/moe-10b-revised/corrected.strat:23
  --dtype float16  # examples/moe-10b-revised/corrected.strat:19
  --nnodes 4  # the plan names no node size; eight devices a node is usual
)

NODE_ARGS=(--node-rank "${NODE_RANK:-0}" --dist-init-addr "${MASTER_ADDR:-localhost}:${MASTER_PORT:-5000}")

python3 -m sglang.launch_server --model-path "${MODEL:-$MODEL_NAME}" "${SERVE_ARGS[@]}" "${NODE_ARGS[@]}" "$@"
