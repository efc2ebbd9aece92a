"""Which releases of Megatron-Core have which arguments: 8 stands for 0.8, 20 for the development branch.

Source: the parsers of 0.8 to 0.19 and of the development branch of August 2026.
"""

from __future__ import annotations

OLDEST = 8
SINCE = {
    9: """
        ckpt-convert-format ckpt-convert-save ckpt-convert-update-legacy-dist-opt-format ckpt-format
        config-logger-dir decoder-first-pipeline-num-layers decoder-last-pipeline-num-layers
        decrease-batch-size-if-needed enable-ft-package encoder-pipeline-model-parallel-size
        encoder-tensor-model-parallel-size fp8-param-gather local-rank moe-use-upcycling no-align-grad-reduce
        no-align-param-gather non-persistent-ckpt-type non-persistent-global-ckpt-dir
        non-persistent-local-ckpt-algo non-persistent-local-ckpt-dir non-persistent-save-interval
        overlap-param-gather-with-optimizer-step persistent-save-interval renormalize-blend-weights
        train-sync-interval use-pytorch-profiler
    """,
    10: """
        check-for-spiky-loss cp-comm-type data-args-path error-injection-rate error-injection-type
        expert-tensor-parallel-size flash-decode hierarchical-context-parallel-sizes inference-max-seq-length
        kv-lora-rank memory-snapshot-path microbatch-group-size-per-virtual-pipeline-stage moe-ffn-hidden-size
        moe-layer-freq moe-shared-expert-intermediate-size moe-shared-expert-overlap multi-latent-attention
        no-use-tokenizer-model-from-checkpoint-args num-distributed-optimizer-instances
        overlap-p2p-communication-warmup-flush per-split-data-args-path q-lora-rank qk-head-dim
        qk-pos-emb-head-dim record-memory-history rerun-mode rotary-scaling-factor tp-comm-bootstrap-backend
        use-mp-args-from-checkpoint-args use-rope-scaling use-torch-fsdp2 v-head-dim
    """,
    11: """
        account-for-embedding-in-pipeline-split account-for-loss-in-pipeline-split attention-backend
        calc-ft-timeouts cuda-graph-warmup-steps enable-cuda-graph exp-avg-dtype exp-avg-sq-dtype
        inference-rng-tracker main-grads-dtype main-params-dtype moe-permute-fusion moe-router-bias-update-rate
        moe-router-enable-expert-bias moe-router-group-topk moe-router-num-groups moe-router-score-function
        moe-router-topk-scaling-factor moe-use-legacy-grouped-gemm mscale mscale-all-dim
        num-virtual-stages-per-pipeline-rank relative-attention-max-distance relative-attention-num-buckets
        replication replication-factor replication-jump rope-scaling-factor te-rng-tracker
        use-precision-aware-optimizer
    """,
    12: """
        check-for-large-grads cross-entropy-fusion-impl cuda-graph-scope data-parallel-sharding-strategy
        ddp-num-buckets ddp-pad-buckets-for-high-nccl-busbw disable-bf16-reduced-precision-matmul
        disable-gloo-process-groups external-cuda-graph first-last-layers-bf16 fp8-recipe grad-reduce-in-bf16
        heterogeneous-layers-config-encoded-json heterogeneous-layers-config-path inference-dynamic-batching
        inference-dynamic-batching-buffer-guaranteed-fraction inference-dynamic-batching-buffer-overflow-factor
        inference-dynamic-batching-buffer-size-gb inference-dynamic-batching-max-requests-override
        inference-dynamic-batching-max-tokens-override inference-max-requests init-model-with-meta-device
        is-hybrid-model iterations-to-skip keep-fp8-transpose-cache-when-using-custom-fsdp mamba-head-dim
        mamba-num-groups mamba-state-dim moe-enable-deepep moe-router-dtype mrope-section
        mtp-loss-scaling-factor mtp-num-layers no-gradient-reduce-div-fusion no-pin-cpu-grads no-pin-cpu-params
        num-layers-at-end-in-bf16 num-layers-at-start-in-bf16 optimizer-cpu-offload optimizer-offload-fraction
        overlap-cpu-optimizer-d2h-h2d pipeline-model-parallel-comm-backend recompute-modules
        result-rejected-tracker-filename run-workload-inspector-server suggested-communication-unit-size
        use-custom-fsdp use-persistent-ckpt-worker use-torch-optimizer-for-cpu-offload
    """,
    13: """
        delay-wgrad-compute disable-mamba-mem-eff-path disable-msc enable-experimental fsdp-double-buffer
        high-priority-stream-groups inference-dynamic-batching-chunk-size inprocess-active-world-size
        inprocess-barrier-timeout inprocess-completion-timeout inprocess-empty-cuda-cache inprocess-granularity
        inprocess-hard-timeout inprocess-heartbeat-interval inprocess-heartbeat-timeout inprocess-last-call-wait
        inprocess-max-iterations inprocess-monitor-process-interval inprocess-monitor-thread-interval
        inprocess-progress-watchdog-interval inprocess-restart inprocess-soft-timeout
        inprocess-termination-grace-time kitchen-config-file kitchen-recipe-number load-model-opt-format
        log-energy mamba-num-heads mid-level-dataset-surplus mlp-chunks-for-prefill moe-apply-probs-on-input
        moe-deepep-num-sms moe-router-force-load-balancing moe-router-padding-for-fp8 moe-upcycling-granularity
        nccl-all-reduce-for-prefill no-rope-freq object-storage-cache-path pipeline-model-parallel-layout
        qk-l2-norm reuse-grad-buf-for-mxfp8-param-ag sft sft-tokenizer-prompt-format symmetric-ar-type
        torch-fsdp2-no-reshard-after-forward use-nccl-ub use-sharp
    """,
    14: """
        cache-mla-latents embedding-init-method-std enable-full-sharding-in-hsdp full-validation
        inference-dynamic-batching-num-cuda-graphs keep-fp8-transpose-cache load-main-params-from-ckpt
        moe-router-fusion multiple-validation-sets no-strict-fsdp-dtensor-load overlap-moe-expert-parallel-comm
        padded-vocab-size rope-type save-retain-interval sharp-enabled-group use-fused-weighted-squared-relu
        use-megatron-fsdp
    """,
    15: """
        activation-func-clamp-value cuda-graph-impl decode-only-cuda-graphs disable-chunked-prefill
        disable-symmetric-registration dist-ckpt-optim-fully-reshardable dist-ckpt-save-pre-mcore-014
        distrib-optim-fully-reshardable-mem-efficient distributed-timeout-seconds-after-init fp4-format
        fp4-param-gather fp4-recipe glu-linear-offset grpo-clamp-eps-lower grpo-clamp-eps-upper
        grpo-default-temperature grpo-default-top-p grpo-entropy-term-weight grpo-filter-groups-with-same-reward
        grpo-group-size grpo-iterations grpo-kl-beta grpo-prompts-per-step inference-dynamic-batching-block-size
        inference-dynamic-batching-track-paused-request-events inference-dynamic-batching-unified-memory-level
        inference-max-batch-size langrl-env-config langrl-external-server
        langrl-inference-server-conversation-template langrl-inference-server-type legacy-tokenizer
        moe-pad-experts-for-cuda-graph-inference no-langrl-external-server
        no-rl-calculate-intra-group-similarity no-rl-inference-logprobs-is-correction
        no-rl-offload-kv-cache-during-training no-rl-partial-rollouts no-rl-remove-kv-cache-during-training
        no-rl-reset-cuda-graphs override-opt-param-scheduler perform-rl-step quick-geglu
        rl-calculate-intra-group-similarity rl-importance-sampling-truncation-coef
        rl-inference-logprobs-is-correction rl-offload-kv-cache-during-training
        rl-offload-optimizer-during-inference rl-partial-rollouts rl-prompts-per-eval
        rl-remove-kv-cache-during-training rl-reset-cuda-graphs rl-sequence-packing-algo
        rl-sequence-packing-bin-size rl-use-sequence-packing softmax-type tokenizer-metadata trust-remote-code
        use-checkpoint-opt-param-scheduler use-te-activation-func wandb-entity window-attn-skip-freq window-size
    """,
    16: """
        allow-ambiguous-pad-tokens apply-wd-to-qk-layernorm attention-output-gate batch-invariant-mode
        cpu-offloading-num-layers create-all-gather-group dataloader-defer-npy-index-mmap
        dataloader-fast-cache-load ddp-reduce-scatter-with-fp32-accumulation
        disable-async-tensor-model-parallel-allreduce disable-ckpt-fully-parallel-save
        disable-clone-scatter-output-in-embedding disable-fp8-wgrad disable-jit-fuser
        disable-log-loss-scale-to-tensorboard disable-manual-gc-eval disable-strict-fsdp-dtensor-load
        disable-use-tokenizer-model-from-checkpoint-args dsa-indexer-head-dim dsa-indexer-loss-coeff
        dsa-indexer-n-heads dsa-indexer-topk dsa-indexer-use-sparse-loss dump-param-to-param-group-map
        enable-chunked-prefill ep-overlap-early-attn-memory-release exit-signal
        exit-signal-handler-for-dataloader experimental-attention-variant fake-process-group fim-data
        fim-eod-token fim-fragment-rate fim-middle-token fim-no-prefix fim-pad-token fim-prefix-token fim-rate
        fim-split-sample fim-spm-rate fim-suffix-token fine-grained-activation-offloading fp4-quantizer-factory
        fp8-quantizer-factory fsdp-manual-registration ft-num-warmup-iters hybrid-context-parallel
        inference-coordinator-port inference-dynamic-batching-cuda-graph-max-tokens
        inference-dynamic-batching-cuda-graph-mixed-prefill-count inference-dynamic-batching-max-requests
        inference-dynamic-batching-max-tokens inference-dynamic-batching-paused-buffer-size-gb
        inference-fuse-tp-communication inference-logging-step-interval inference-wandb-logging
        kitchen-attention-backend linear-attention-freq linear-conv-kernel-dim linear-key-head-dim
        linear-num-key-heads linear-num-value-heads linear-value-head-dim log-device-memory-used
        log-max-attention-logit log-memory-interval max-seqlen-per-dp-cp-rank min-offloaded-tensor-size
        moe-enable-routing-replay moe-flex-dispatcher-backend moe-hybridep-num-sms moe-latent-size
        moe-router-padding-for-quantization moe-shared-expert-gate mtp-standalone muon-extra-scale-factor
        muon-fp32-matmul-prec muon-momentum muon-no-split-qkv muon-num-ns-steps muon-scale-mode muon-tp-mode
        muon-use-nesterov no-inference-wandb-logging no-rl-offload-inference-model-weights-when-idle
        no-rl-skip-bos-token no-rl-training-cuda-graphs no-rl-use-sequence-packing
        no-rl-verify-model-weights-swap no-tp-comm-bulk-dgrad no-tp-comm-bulk-wgrad no-tp-comm-overlap-ag
        no-tp-comm-overlap-rs no-tp-comm-split-ag no-tp-comm-split-rs no-weight-decay-cond-type offload-modules
        outer-dp-sharding-strategy per-dataset-sequences-path phase-transition-iterations qk-clip qk-clip-alpha
        qk-clip-threshold refit-method rl-default-temperature rl-default-top-k rl-default-top-p
        rl-inference-expert-model-parallel-size rl-inference-expert-tensor-model-parallel-size
        rl-inference-model-unified-memory-level rl-inference-pipeline-model-parallel-size
        rl-inference-tensor-model-parallel-size rl-offload-inference-model-weights-when-idle
        rl-parallel-generation-tasks rl-sequence-packing-max-sequences-per-bin rl-skip-bos-token
        rl-training-cuda-graphs rl-verify-model-weights-swap save-dgrads-interval save-wgrads-interval
        te-precision-config-file tokenizer-hf-include-special-tokens tokenizer-hf-use-fast
        tokenizer-sentencepiece-legacy tokenizer-special-tokens use-kitchen-attention use-legacy-static-engine
    """,
    17: """
        async-ckpt-cpu-priority async-ckpt-io-priority async-strategy ckpt-fully-parallel-load-exchange-algo
        ckpt-fully-parallel-load-process-group ckpt-fully-parallel-save-process-group
        cpu-offloading-retain-pinned-cpu-buffers ddp-param-name-patterns-for-fp32-local-accumulation
        disable-align-grad-reduce disable-flight-recorder-dump-on-timeout
        disable-flight-recorder-extra-dump-on-exec disable-flight-recorder-include-only-active dist-ckpt-workers
        exit-signal-handler-for-training flight-recorder-dump-path flight-recorder-include-stack-trace
        flight-recorder-trace-buffer-size fused-residual-rmsnorm hybrid-layer-pattern
        inference-disable-triton-nvls-kernels inference-dynamic-batching-mamba-memory-ratio
        inference-dynamic-batching-prefix-caching inference-dynamic-batching-prefix-caching-coordinator-policy
        inference-dynamic-batching-prefix-caching-eviction-policy
        inference-dynamic-batching-prefix-caching-mamba-gb
        inference-dynamic-batching-prefix-caching-routing-alpha
        inference-dynamic-batching-track-generated-token-events inference-grouped-gemm-backend
        inference-moe-disable-fused-quant-kernels inference-text-gen-server-logging
        inference-use-synchronous-zmq-collectives lion-beta1 lion-beta2 mamba-inference-conv-states-dtype
        mamba-inference-ssm-states-dtype megatron-fsdp-grad-comm-dtype megatron-fsdp-main-grads-dtype
        megatron-fsdp-main-params-dtype mla-down-proj-fusion moe-router-force-biased mtp-hybrid-override-pattern
        mtp-use-repeated-layer muon-coefficient-type muon-scalar-optimizer mup-attn-scale-power
        mup-base-head-dim mup-base-hidden-size mup-embedding-mult mup-output-mult mup-width-mult
        no-flight-recorder-dump-on-timeout no-flight-recorder-extra-dump-on-exec
        no-flight-recorder-include-only-active no-inference-dynamic-batching-prefix-caching
        no-inference-text-gen-server-logging no-inference-use-synchronous-zmq-collectives
        no-rl-persist-cuda-graphs num-speculative-tokens optimizer-cuda-graph pytorch-profiler-collect-callstack
        pytorch-profiler-collect-chakra pytorch-profiler-collect-shapes rl-generation-batch-size
        rl-inference-parsers rl-kv-cache-management-mode rl-num-parallel-generation-batches
        rl-num-parallel-generations rl-persist-cuda-graphs tokenizer-hf-no-include-special-tokens
        tokenizer-hf-no-use-fast use-mup
    """,
    18: """
        async-ckpt-use-cpu-shm chat-template cuda-graph-modules disable-ckpt-load-validate-sharding-integrity
        disable-pad-vocab-size disable-tokenizer-sentencepiece-ignore-extra-whitespaces enable-msc
        eval-global-batch-size eval-micro-batch-size fault-injector-delay-start-iteration
        fault-injector-fault-delay fault-injector-fault-probabilities fault-injector-fault-types
        fault-injector-mtti-seconds fault-injector-num-ranks fault-injector-offset-seconds fault-injector-ranks
        fault-injector-seed fine-grained-offloading-max-inflight-offloads fp8-output-proj
        gpu-sniff-test-interval high-priority-a2a-comm-stream inference-cuda-graph-all-prefills
        inference-cuda-graph-scope inference-disable-ep-consensus inference-dynamic-batching-sampling-backend
        inference-moe-token-dispatcher-type megatron-fsdp-enable-fine-grained-param-gather
        mlp-chunks-for-training moe-expert-rank-capacity-factor moe-hybridep-num-blocks-permute
        moe-hybridep-num-blocks-unpermute moe-hybridep-num-sms-preprocessing moe-mlp-glu-interleave-size
        moe-paged-stash moe-paged-stash-buffer-size-factor-cpu moe-paged-stash-buffer-size-factor-cuda
        moe-paged-stash-page-size moe-permute-fusion-into-hybridep moe-single-grouped-bias
        moe-single-grouped-weight muon-nesterov no-ckpt-load-validate-sharding-integrity
        no-inference-disable-ep-consensus no-pad-vocab-size no-tokenizer-sentencepiece-ignore-extra-whitespaces
        no-use-layer-wise-param-layout null-tokenizer-eod-id null-tokenizer-pad-id nvtx-ranges
        overlap-dispatch-backward-with-experts-wgrad record-shapes save-activations-interval
        save-params-interval save-tokens-per-expert-interval start-eval-at-iter step-batch-size-schedule
        use-grouped-gemm-for-dense-mlp use-transformer-engine-op-fuser validation-set-names verify-integrity
    """,
    19: """
        activation-offload-fraction dataloader-inter-document-masking delay-offload-until-cuda-graph
        delta-offload-bytes-across-pp-ranks disable-dsa-indexer-rotate-activation
        disable-dsa-indexer-scoring-relu disable-stream-ckpt-dequant dsa-indexer-k-norm-epsilon
        dsa-indexer-k-norm-fp32 dsa-indexer-rope-interleaved dsa-indexer-skip-topk-offset dsa-indexer-topk-freq
        dsa-kernel-backend expert-tensor-parallel-num-weight-shards flash-attention-version freeze-all-layers
        fsdp-db-use-persist-buf-on-alloc-fail inference-cuda-graph-max-tokens
        inference-dynamic-batching-async-sched-mode inference-dynamic-batching-cuda-graph-sizing-distribution
        inference-dynamic-batching-logprobs-mode inference-shards logits-load-decode-threads logits-load-dir
        logits-load-ignore-errors logits-load-kd-loss-alpha logits-load-msc-prefetch-depth
        logits-load-prefetch-factor logits-save-dir logits-save-dtype logits-save-top-k logits-save-top-p
        logits-save-top-p-min-k mamba-training-ssm-states-dtype megatron-fsdp-max-pool-double-buffer
        moe-flex-dispatcher-num-sms moe-hybridep-pad-uneven-dispatch-inputs moe-ncclep-static-shape
        moe-ncclep-zero-copy moe-router-quantile-balancing-ema moe-routing-trace-capture-hidden-states
        moe-routing-trace-capture-logits moe-routing-trace-dump-weights moe-routing-trace-max-training-iters
        moe-routing-trace-path moe-shared-expert-glu-interleave-size mtp-detach-heads
        no-dsa-indexer-rotate-activation no-dsa-indexer-scoring-relu no-stream-ckpt-dequant
        no-yarn-correction-range-round-to-int override-ckpt-iteration rl-consumption-granularity
        rl-generation-lag rl-profile rl-profile-dir rl-submission-granularity tensor-parallel-num-weight-shards
        use-grouped-gemm-for-shared-expert use-same-sampling-seed-across-dp-ranks yarn-beta-fast yarn-beta-slow
        yarn-correction-range-round-to-int yarn-original-max-position-embeddings
    """,
    20: """
        batch-invariant-backend ckpt-drop-redundant-extra-state ckpt-fully-parallel-load-per-rank-objects
        ckpt-pg-tensors-cache-create ckpt-pg-tensors-cache-path disable-save-tokenizer-assets
        enable-mhc-connections gdp-cutedsl-kernel gdp-num-chunk-states-to-recompute gdp-num-householder
        gtp-expert-remat-nccl-ub gtp-remat-nccl-ub gtp-remat-opt-in-modules
        gtp-remat-reduce-scatter-with-fp32-accumulation megatron-fsdp-version mhc-init-gating-factor
        mhc-num-residual-streams mhc-recompute-layer-num mhc-sinkhorn-iterations moe-combine-bwd-dtype
        moe-dispatch-fwd-dtype moe-use-grouped-tensor mtp-hsm muon-use-syrk no-save-tokenizer-assets
        otel-enabled otel-service-name otel-span-groups output-logit-dtype rl-durable-rollout-bank
        rl-max-inflight-requests rl-rollout-bank-dir rl-rollout-bank-max-bytes use-gigatoken
    """,
}
"""The first release that has each argument; those that are not named are in the oldest."""
UNTIL = {
    8: """
        delay-param-gather local_rank log-batch-size-to-tensorboard no-delay-grad-reduce
        no-log-learnig-rate-to-tensorboard
    """,
    10: """
        renormalize-blend-weights standalone-embedding-stage
    """,
    12: """
        s3-cache-path
    """,
    13: """
        encoder-pipeline-model-parallel-size encoder-tensor-model-parallel-size
        keep-fp8-transpose-cache-when-using-custom-fsdp pipeline-model-parallel-split-rank use-custom-fsdp
    """,
    14: """
        inference-dynamic-batching-chunk-size load-model-opt-format
    """,
    15: """
        grpo-default-temperature grpo-default-top-p inference-dynamic-batching-buffer-guaranteed-fraction
        inference-dynamic-batching-buffer-overflow-factor inference-dynamic-batching-max-requests-override
        inference-dynamic-batching-max-tokens-override kitchen-config-file kitchen-recipe-number
        no-rl-calculate-intra-group-similarity retriever-seq-length retro-add-retriever retro-attention-gate
        retro-cyclic-train-iters retro-encoder-attention-dropout retro-encoder-hidden-dropout
        retro-encoder-layers retro-no-verify-neighbor-count retro-num-neighbors retro-num-retrieved-chunks
        retro-project-dir rl-calculate-intra-group-similarity rl-sequence-packing-bin-size
    """,
    16: """
        disable-async-tensor-model-parallel-allreduce disable-chunked-prefill disable-ckpt-fully-parallel-save
        hybrid-attention-ratio hybrid-mlp-ratio inference-max-batch-size langrl-external-server
        langrl-inference-server-conversation-template langrl-inference-server-type legacy-tokenizer
        moe-extended-tp moe-use-legacy-grouped-gemm no-async-tensor-model-parallel-allreduce
        no-langrl-external-server no-rl-offload-kv-cache-during-training no-rl-remove-kv-cache-during-training
        no-rl-reset-cuda-graphs rl-offload-kv-cache-during-training rl-remove-kv-cache-during-training
        rl-reset-cuda-graphs
    """,
    17: """
        inference-dynamic-batching-cuda-graph-max-tokens muon-use-nesterov no-scatter-gather-tensors-in-pipeline
        tiktoken-special-tokens tokenizer-hf-include-special-tokens tokenizer-hf-use-fast use-legacy-models
    """,
    18: """
        rl-generation-batch-size rl-num-parallel-generation-batches rl-num-parallel-generations
        rl-parallel-generation-tasks
    """,
}
"""The last release that has each argument, where newer ones do not."""


def first_release(flag: str) -> int:
    """The first release that has an argument.

    >>> first_release("--pipeline-model-parallel-layout"), first_release("--num-layers")
    (13, 8)
    """
    return next((each for each, names in SINCE.items() if flag[2:] in names.split()), OLDEST)


def last_release(flag: str) -> int | None:
    """The last release that has an argument that newer ones do not have."""
    return next((each for each, names in UNTIL.items() if flag[2:] in names.split()), None)
