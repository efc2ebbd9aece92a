#!/usr/bin/env bash
# DeepSpeed launch, written by stratc; configuration of DeepSpeed 0.19, arguments of Megatron-DeepSpeed.
# Put your hosts into `hostfile`; set TRAIN_SCRIPT to run another program than Megatron-DeepSpeed's.
set -euo pipefail

# 64 devices on 8 nodes, examples/moe-serving-64-gpus/plan.strat:35
ARGS=(
  --num-layers 16  # examples/moe-serving-64-gpus/plan.strat:13
  --hidden-size 1024  # examples/moe-serving-64-gpus/plan.strat:14
  --num-attention-heads 16  # examples/moe-serving-64-gpus/plan.strat:15
  --ffn-hidden-size 2048  # examples/moe-serving-64-gpus/plan.strat:18
  --seq-length 1024  # examples/moe-serving-64-gpus/plan.strat:24
  --max-position-embeddings 1024  # examples/moe-serving-64-gpus/plan.strat:24
  --tensor-model-parallel-size 2  # examples/moe-serving-64-gpus/plan.strat:30
  --pipeline-model-parallel-size 4  # examples/moe-serving-64-gpus/plan.strat:31
  --num-experts 64  # examples/moe-serving-64-gpus/plan.strat:17
  --moe-expert-parallel-size 8  # examples/moe-serving-64-gpus/plan.strat:29
  --enable-expert-tensor-parallelism  # examples/moe-serving-64-gpus/plan.strat:32
  --micro-batch-size 4  # batch ÷ (micro-batches × dp) (examples/moe-serving-64-gpus/plan.strat:23)
  --global-batch-size 128  # examples/moe-serving-64-gpus/plan.strat:23
  --bf16  # examples/moe-serving-64-gpus/plan.strat:19
  --zero-stage 0  # the plan names no ZeRO stage
)

deepspeed --hostfile "${HOSTFILE:-hostfile}" "${TRAIN_SCRIPT:-pretrain_gpt.py}" "${ARGS[@]}" \
  --deepspeed --deepspeed_config ds_config.json "$@"
