#!/usr/bin/env bash
# Megatron-LM launch, written by stratc; arguments of Megatron-Core 0.19.
# Run it on every node from a checkout of Megatron-LM, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail

export CUDA_DEVICE_MAX_CONNECTIONS=1

# The first ranks that work together: tp 0, 1; dp 0, 2, 4, 6, …; pp 0, 16, 32, 48; ep 0, 2, 4, 6, …
DISTRIBUTED_ARGS=(
  --nproc-per-node 8  # the plan names no node size; eight devices a node is usual
  --nnodes 8  # 64 devices, examples/moe-serving-64-gpus/plan.strat:35
  --node-rank "${NODE_RANK:-0}"
  --master-addr "${MASTER_ADDR:-localhost}"
  --master-port "${MASTER_PORT:-29500}"
)

MODEL_ARGS=(
  --num-layers 16  # examples/moe-serving-64-gpus/plan.strat:13
  --hidden-size 1024  # examples/moe-serving-64-gpus/plan.strat:14
  --num-attention-heads 16  # examples/moe-serving-64-gpus/plan.strat:15
  --ffn-hidden-size 2048  # examples/moe-serving-64-gpus/plan.strat:18
  --disable-bias-linear  # the plan names no biases
  --normalization RMSNorm  # the plan names no norm; one without biases is usual
  --position-embedding-type rope  # the plan names no positions; rotary ones are usual
  --untie-embeddings-and-output-weights  # an output layer of its own is usual
  --seq-length 1024  # examples/moe-serving-64-gpus/plan.strat:24
  --max-position-embeddings 1024  # examples/moe-serving-64-gpus/plan.strat:24
  --make-vocab-size-divisible-by 128  # times tp: the vocabulary is padded to a multiple
)

MOE_ARGS=(
  --num-experts 64  # examples/moe-serving-64-gpus/plan.strat:17
  --moe-ffn-hidden-size 2048  # examples/moe-serving-64-gpus/plan.strat:18
  --moe-token-dispatcher-type alltoall  # examples/moe-serving-64-gpus/plan.strat:17
  --moe-grouped-gemm  # examples/moe-serving-64-gpus/plan.strat:17
)

PARALLEL_ARGS=(
  --tensor-model-parallel-size 2  # examples/moe-serving-64-gpus/plan.strat:30
  --sequence-parallel  # examples/moe-serving-64-gpus/plan.strat:17
  --pipeline-model-parallel-size 4  # examples/moe-serving-64-gpus/plan.strat:31
  --expert-model-parallel-size 8  # examples/moe-serving-64-gpus/plan.strat:29
  --expert-tensor-parallel-size 2  # examples/moe-serving-64-gpus/plan.strat:32
)

RUN_ARGS=(
  --micro-batch-size 4  # batch ÷ (micro-batches × dp) (examples/moe-serving-64-gpus/plan.strat:23)
  --global-batch-size 128  # examples/moe-serving-64-gpus/plan.strat:23
  --bf16  # examples/moe-serving-64-gpus/plan.strat:19
  --fp8-format hybrid  # examples/moe-serving-64-gpus/plan.strat:19
)

# Without DATA_PATH the run trains on mock data, which is enough to try the layout.
# The vocabulary is padded to 50432, a multiple of 128 × tp 2.
DATA_ARGS=(
  --tokenizer-type "${TOKENIZER_TYPE:-NullTokenizer}"
  --vocab-size "${VOCAB_SIZE:-50257}"
)
if [[ -n "${DATA_PATH:-}" ]]; then DATA_ARGS+=(--data-path "$DATA_PATH"); else DATA_ARGS+=(--mock-data); fi
if [[ -n "${TOKENIZER_MODEL:-}" ]]; then DATA_ARGS+=(--tokenizer-model "$TOKENIZER_MODEL"); fi

TRAIN_ARGS=(
  --train-iters "${TRAIN_ITERS:-100}"
  --lr "${LR:-1.0e-4}"
)

torchrun "${DISTRIBUTED_ARGS[@]}" pretrain_gpt.py \
  "${MODEL_ARGS[@]}" "${MOE_ARGS[@]}" "${PARALLEL_ARGS[@]}" "${RUN_ARGS[@]}" "${DATA_ARGS[@]}" "${TRAIN_ARGS[@]}" "$@"
