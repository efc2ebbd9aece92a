#!/usr/bin/env bash
# DeepSpeed launch, written by stratc; configuration of DeepSpeed 0.19, arguments of Megatron-DeepSpeed.
# Put your hosts into `hostfile`; set TRAIN_SCRIPT to run another program than Megatron-DeepSpeed's.
set -euo pipefail

# 128 devices on 16 nodes, examples/moe-30b-128-gpus/corrected.strat:28
ARGS=(
  --num-layers 16  # examples/moe-30b-128-gpus/corrected.strat:12
  --hidden-size 1024  # examples/moe-30b-128-gpus/corrected.strat:13
  --num-attention-heads 16  # examples/moe-30b-128-gpus/corrected.strat:14
  --ffn-hidden-size 2048  # examples/moe-30b-128-gpus/corrected.strat:17
  --disable-bias-linear  # the plan names no biases
  --untie-embeddings-and-output-weights  # an output layer of its own is usual
  --use-rotary-position-embeddings  # the plan names no positions; rotary ones are usual
  --no-position-embedding  # the plan names no positions; rotary ones are usual
  --normalization rmsnorm  # the plan names no norm; one without biases is usual
  --seq-length 10240  # examples/moe-30b-128-gpus/corrected.strat:24
  --max-position-embeddings 10240  # examples/moe-30b-128-gpus/corrected.strat:24
  --tensor-model-parallel-size 2  # examples/moe-30b-128-gpus/corrected.strat:30
  --pipeline-model-parallel-size 4  # examples/moe-30b-128-gpus/corrected.strat:32
  --num-experts 64  # examples/moe-30b-128-gpus/corrected.strat:16
  --moe-expert-parallel-size 16  # examples/moe-30b-128-gpus/corrected.strat:29
  --expert-interval 1  # experts in every layer
  --disable-moe-token-dropping  # the plan names no capacity
  --enable-expert-tensor-parallelism  # examples/moe-30b-128-gpus/corrected.strat:31
  --micro-batch-size 1  # batch ÷ (micro-batches × dp) (examples/moe-30b-128-gpus/corrected.strat:22)
  --global-batch-size 128  # examples/moe-30b-128-gpus/corrected.strat:22
  --fp16  # examples/moe-30b-128-gpus/corrected.strat:18
  --zero-stage 0  # the plan names no ZeRO stage
)

deepspeed --hostfile "${HOSTFILE:-hostfile}" "${TRAIN_SCRIPT:-pretrain_gpt.py}" "${ARGS[@]}" \
  --deepspeed --deepspeed_config ds_config.json "$@"
