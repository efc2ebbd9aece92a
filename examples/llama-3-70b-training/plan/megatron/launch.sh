#!/usr/bin/env bash
# Megatron-LM launch, written by stratc; arguments of Megatron-Core 0.19.
# Run it on every node from a checkout of Megatron-LM, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail

export CUDA_DEVICE_MAX_CONNECTIONS=1

# The first ranks that work together: tp 0, 1, 2, 3, …; dp 0, 8; pp 0, 16, 32, 48
DISTRIBUTED_ARGS=(
  --nproc-per-node 8  # examples/llama-3-70b-training/plan.strat:6
  --nnodes 8  # 64 devices, examples/llama-3-70b-training/plan.strat:30
  --node-rank "${NODE_RANK:-0}"
  --master-addr "${MASTER_ADDR:-localhost}"
  --master-port "${MASTER_PORT:-29500}"
)

MODEL_ARGS=(
  --num-layers 80  # examples/llama-3-70b-training/plan.strat:10
  --hidden-size 8192  # examples/llama-3-70b-training/plan.strat:10
  --num-attention-heads 64  # examples/llama-3-70b-training/plan.strat:10
  --group-query-attention  # examples/llama-3-70b-training/plan.strat:10
  --num-query-groups 8  # examples/llama-3-70b-training/plan.strat:10
  --ffn-hidden-size 28672  # examples/llama-3-70b-training/plan.strat:10
  --swiglu  # examples/llama-3-70b-training/plan.strat:10
  --disable-bias-linear  # examples/llama-3-70b-training/plan.strat:10
  --normalization RMSNorm  # examples/llama-3-70b-training/plan.strat:10
  --position-embedding-type rope  # examples/llama-3-70b-training/plan.strat:10
  --rotary-base 500000  # examples/llama-3-70b-training/plan.strat:10
  --untie-embeddings-and-output-weights  # examples/llama-3-70b-training/plan.strat:10
  --seq-length 8192  # examples/llama-3-70b-training/plan.strat:17
  --max-position-embeddings 8192  # examples/llama-3-70b-training/plan.strat:17
  --make-vocab-size-divisible-by 128  # times tp: the vocabulary is padded to a multiple
)

PARALLEL_ARGS=(
  --tensor-model-parallel-size 8  # examples/llama-3-70b-training/plan.strat:21
  --sequence-parallel  # examples/llama-3-70b-training/plan.strat:22
  --pipeline-model-parallel-size 4  # examples/llama-3-70b-training/plan.strat:23
  --use-distributed-optimizer  # examples/llama-3-70b-training/plan.strat:25
  --recompute-granularity selective  # examples/llama-3-70b-training/plan.strat:27
)

RUN_ARGS=(
  --micro-batch-size 1  # examples/llama-3-70b-training/plan.strat:16
  --global-batch-size 256  # examples/llama-3-70b-training/plan.strat:15
  --bf16  # examples/llama-3-70b-training/plan.strat:11
)

# Without DATA_PATH the run trains on mock data, which is enough to try the layout.
# The vocabulary is padded to 129024, a multiple of 128 × tp 8.
DATA_ARGS=(
  --tokenizer-type "${TOKENIZER_TYPE:-NullTokenizer}"
  --vocab-size "${VOCAB_SIZE:-128256}"
)
if [[ -n "${DATA_PATH:-}" ]]; then DATA_ARGS+=(--data-path "$DATA_PATH"); else DATA_ARGS+=(--mock-data); fi
if [[ -n "${TOKENIZER_MODEL:-}" ]]; then DATA_ARGS+=(--tokenizer-model "$TOKENIZER_MODEL"); fi

TRAIN_ARGS=(
  --train-iters "${TRAIN_ITERS:-100}"
  --lr "${LR:-1.0e-4}"
)

torchrun "${DISTRIBUTED_ARGS[@]}" pretrain_gpt.py \
  "${MODEL_ARGS[@]}" "${PARALLEL_ARGS[@]}" "${RUN_ARGS[@]}" "${DATA_ARGS[@]}" "${TRAIN_ARGS[@]}" "$@"
