#!/usr/bin/env bash
# Megatron-LM launch, written by stratc; arguments of Megatron-Core 0.19.
# Run it on every node from a checkout of Megatron-LM, with NODE_RANK and MASTER_ADDR set.
set -euo pipefail

export CUDA_DEVICE_MAX_CONNECTIONS=1

# The first ranks that work together: tp 0, 1; dp 0, 2, 4, 6, …; pp 0, 16; ep 0, 2, 4, 6; expert dp 0, 8
DISTRIBUTED_ARGS=(
  --nproc-per-node 8  # the plan names no node size; eight devices a node is usual
  --nnodes 4  # 32 devices, examples/moe-10b-revised/corrected.strat:32
  --node-rank "${NODE_RANK:-0}"
  --master-addr "${MASTER_ADDR:-localhost}"
  --master-port "${MASTER_PORT:-29500}"
)

MODEL_ARGS=(
  --num-layers 16  # examples/moe-10b-revised/corrected.strat:12
  --hidden-size 512  # examples/moe-10b-revised/corrected.strat:13
  --num-attention-heads 16  # examples/moe-10b-revised/corrected.strat:14
  --ffn-hidden-size 1024  # examples/moe-10b-revised/corrected.strat:18
  --disable-bias-linear  # the plan names no biases
  --normalization RMSNorm  # the plan names no norm; one without biases is usual
  --position-embedding-type rope  # the plan names no positions; rotary ones are usual
  --untie-embeddings-and-output-weights  # an output layer of its own is usual
  --seq-length 10240  # examples/moe-10b-revised/corrected.strat:24
  --max-position-embeddings 10240  # examples/moe-10b-revised/corrected.strat:24
  --make-vocab-size-divisible-by 128  # times tp: the vocabulary is padded to a multiple
)

MOE_ARGS=(
  --num-experts 16  # examples/moe-10b-revised/corrected.strat:16
  --moe-router-topk 2  # examples/moe-10b-revised/corrected.strat:17
  --moe-ffn-hidden-size 1024  # examples/moe-10b-revised/corrected.strat:18
  --moe-token-dispatcher-type alltoall  # examples/moe-10b-revised/corrected.strat:16
  --moe-grouped-gemm  # examples/moe-10b-revised/corrected.strat:16
)

PARALLEL_ARGS=(
  --tensor-model-parallel-size 2  # examples/moe-10b-revised/corrected.strat:34
  --sequence-parallel  # examples/moe-10b-revised/corrected.strat:35
  --pipeline-model-parallel-size 2  # examples/moe-10b-revised/corrected.strat:36
  --expert-model-parallel-size 4  # examples/moe-10b-revised/corrected.strat:33
  --expert-tensor-parallel-size 2  # examples/moe-10b-revised/corrected.strat:34
)

RUN_ARGS=(
  --micro-batch-size 1  # the plan names no micro-batch size
  --global-batch-size 128  # examples/moe-10b-revised/corrected.strat:23
  --fp16  # examples/moe-10b-revised/corrected.strat:19
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
