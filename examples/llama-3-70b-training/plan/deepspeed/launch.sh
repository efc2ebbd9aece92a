#!/usr/bin/env bash
# DeepSpeed launch, written by stratc; configuration of DeepSpeed 0.19, arguments of Megatron-DeepSpeed.
# Put your hosts into `hostfile`; set TRAIN_SCRIPT to run another program than Megatron-DeepSpeed's.
set -euo pipefail

# 64 devices on 8 nodes, examples/llama-3-70b-training/plan.strat:30
ARGS=(
  --num-layers 80  # examples/llama-3-70b-training/plan.strat:10
  --hidden-size 8192  # examples/llama-3-70b-training/plan.strat:10
  --num-attention-heads 64  # examples/llama-3-70b-training/plan.strat:10
  --num-key-value-heads 8  # examples/llama-3-70b-training/plan.strat:10
  --ffn-hidden-size 28672  # examples/llama-3-70b-training/plan.strat:10
  --swiglu  # examples/llama-3-70b-training/plan.strat:10
  --disable-bias-linear  # examples/llama-3-70b-training/plan.strat:10
  --untie-embeddings-and-output-weights  # examples/llama-3-70b-training/plan.strat:10
  --use-rotary-position-embeddings  # examples/llama-3-70b-training/plan.strat:10
  --no-position-embedding  # examples/llama-3-70b-training/plan.strat:10
  --normalization rmsnorm  # examples/llama-3-70b-training/plan.strat:10
  --seq-length 8192  # examples/llama-3-70b-training/plan.strat:17
  --max-position-embeddings 8192  # examples/llama-3-70b-training/plan.strat:17
  --tensor-model-parallel-size 8  # examples/llama-3-70b-training/plan.strat:21
  --pipeline-model-parallel-size 4  # examples/llama-3-70b-training/plan.strat:23
  --sequence-parallel  # examples/llama-3-70b-training/plan.strat:22
  --recompute-granularity selective  # examples/llama-3-70b-training/plan.strat:27
  --micro-batch-size 1  # examples/llama-3-70b-training/plan.strat:16
  --global-batch-size 256  # examples/llama-3-70b-training/plan.strat:15
  --bf16  # examples/llama-3-70b-training/plan.strat:11
  --zero-stage 1  # examples/llama-3-70b-training/plan.strat:25
)

deepspeed --hostfile "${HOSTFILE:-hostfile}" "${TRAIN_SCRIPT:-pretrain_gpt.py}" "${ARGS[@]}" \
  --deepspeed --deepspeed_config ds_config.json "$@"
