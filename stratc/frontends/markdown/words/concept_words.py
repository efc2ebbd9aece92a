"""The table of words for concepts that plans name without a figure; phrases are compared by stems."""

from __future__ import annotations

from stratc.frontends.markdown.words.vocabulary import words

CONCEPTS: tuple[tuple[str, str], ...] = (
    (
        "training",
        "training|train|fine tuning|finetuning|pre training|pretraining|rlhf|ppo|grpo|distillation|训练",
    ),
    ("inference", "inference|serving|online serving|inference deployment|generation|推理"),
    ("deployment", "deployment|deploy|deploying|deployed|部署"),
    ("prefill", "prefill|prefill phase|prompt phase|预填充"),
    (
        "prompts_together",
        (
            "of the batch|for the batch|whole batch|entire batch|full batch|all prompts|all requests|"
            "prefilled together|computed together|batched prefill"
        ),
    ),
    (
        "prompts_apart",
        (
            "one prompt|one at a time|one after another|one by one|single prompt|single request|one request|"
            "first prompt|each prompt|per prompt|a prompt|per request|sequentially|chunked prefill|逐个"
        ),
    ),
    (
        "cache_read",
        (
            "kv read|kv cache read|kv reads|cache read|read kv|read kv cache|reading kv|read the kv|reading the kv|"
            "kv cache reads|kv读取|读取kv|读kv"
        ),
    ),
    (
        "weights_read",
        (
            "weights read|weight read|weights are read|read weights|reads weights|reading weights|read the weights|"
            "reads the weights|reading the weights|read the active|reads the active|reads only the active|"
            "reads active|read active|active weights are read|weights streamed|streams the active|reads the experts|"
            "权重读取|读取权重"
        ),
    ),
    (
        "drafting",
        (
            "speculative decoding|speculative config|speculative tokens|draft model|draft tokens|draft weights|"
            "draft steps|acceptance rate|tokens accepted|accepted tokens|eagle|medusa|mtp|multi token prediction|"
            "lookahead decoding|投机解码|推测解码"
        ),
    ),
    (
        "scores_beside",
        (
            "plus attention|plus the attention|without attention|attention excluded|excluding attention|"
            "attention extra|causal attention|attention comes on top|attention on top|attention aside|"
            "attention scores"
        ),
    ),
    (
        "target_missed",
        (
            "miss the|misses|not all requirements|not all targets|"
            "missed|misses the|missing the|short of|falls short|fall short|shortfall|not met|not meet|"
            "not reach|not reached|not achieve|not achieved|not fulfil|fails the|violates|violated|over budget|"
            "above target|above the target|above the slo|above the limit|above the budget|below target|"
            "below the target|below the slo|below the goal|over the target|over the limit|exceeds the target|"
            "exceeds the slo|exceeds the limit|exceeds the budget|of target|of the target|of the slo|relax|relaxed|"
            "renegotiate|gap|未达|未达标|不达标|未满足|不满足|达不到|超出目标|超过目标|差距"
        ),
    ),
    ("measured", "measured|benchmarked|observed|profiled|load test|load tests|实测"),
    ("decode", "decode|decoding|decode phase|解码"),
    ("backward_pass", "backward pass|backward passes|backward|back propagation|backpropagation|反向传播"),
    (
        "gradients",
        (
            "gradient|gradients|gradient accumulation|gradient fusion|gradient synchronization|gradient sync|"
            "gradient all reduce|gradient clipping|gradient reduction|梯度"
        ),
    ),
    (
        "weight_updates",
        (
            "weight updates|weight update|parameter updates|weight synchronization|parameter synchronization|"
            "synchronise weights|synchronize weights|weights synchronised|weights synchronized|权重更新"
        ),
    ),
    ("optimizer", "optimizer|optimizer state|optimizer states|adam|adamw|adafactor|优化器"),
    (
        "recompute",
        (
            "activation checkpointing|gradient checkpointing|activation recomputation|recomputation|"
            "selective recompute|activation recompute|selective checkpointing|save intermediate activations|"
            "saving intermediate activations|layer wise checkpointing|recompute|重计算"
        ),
    ),
    (
        "offload",
        (
            "offload|offloaded|offloading|weight streaming|stream weights|mmap|memory mapped|swap|swapped|"
            "zero infinity|卸载"
        ),
    ),
    (
        "sharded_weights",
        (
            "fsdp|fsdp2|hsdp|fully sharded|zero 3|zero3|zero stage 3|stage 3 zero|weights sharded|sharded weights|"
            "parameter sharding"
        ),
    ),
    ("adapters", "lora|qlora|peft|adapter tuning|low rank adaptation|low rank adapters|parameter efficient"),
    ("checkpointing", "checkpoint|checkpoints|checkpointing|checkpoint strategy|model checkpoint"),
    (
        "load_balancing_loss",
        "load balancing loss|auxiliary loss|aux loss|balance loss|balancing loss|load balance loss|auxiliary losses",
    ),
    (
        "dynamic_routing",
        (
            "dynamic routing|dynamic expert routing|dynamic gating|dynamic load balancing|adaptive routing|"
            "gating network|adaptive balancing|dynamic expert allocation|learned routing"
        ),
    ),
    (
        "kv_cache",
        "kv cache|key value cache|kvcache|kv缓存|of cache|cache of sequences|cache of requests|kv blocks|kv pool",
    ),
    ("all_reduce", "all reduce|allreduce"),
    (
        "all_to_all",
        ("all to all|alltoall|all2all|a2a|scatter/gather|scatter and gather|dispatch and combine|token dispatch"),
    ),
    ("expert_exchange", "expert to expert|inter expert communication|cross expert communication"),
    ("all_gather", "all gather|allgather"),
    ("reduce_scatter", "reduce scatter|reducescatter"),
    ("point_to_point", "point to point|p2p|send recv|send receive|stage to stage"),
    ("ring", "ring|ring based"),
    ("hierarchical", "hierarchical all reduce|hierarchical reduction|hierarchical allreduce|hierarchical collectives"),
    ("nvlink", "nvlink|nvswitch"),
    ("several_nodes", "inter node|internode|between nodes|across nodes|cross node|multi node|multiple nodes|跨节点"),
    (
        "infiniband",
        "infiniband|ib|roce|ethernet|rdma|efa|slingshot|hdr|ndr|edr|gbe|connectx|omni path|ici|inter node network",
    ),
    ("pcie", "pcie|pci e"),
    (
        "overlap",
        (
            "communication overlap|overlap communication|overlap computation and communication|communication hiding|"
            "computation communication overlap|overlap of communication|overlap with computation"
        ),
    ),
    (
        "continuous_batching",
        "continuous batching|in flight batching|inflight batching|iteration level scheduling|连续批处理",
    ),
    (
        "micro_batching",
        "micro batch|micro batches|microbatch|microbatches|micro batching|micro batch scheduling|微批次",
    ),
    ("non_multiplicative", "non multiplicative|not multiplicative|non multiplicatively|not multiplied"),
)
TWO_PLACES: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    # concept, words of which one must stand in the sentence, words of which one is named
    (
        "small_bubble",
        words(
            "minimize minimization minimizes minimal minimized minimise reduce reduced reduces reduction "
            "small few low avoid tiny"
        ),
        words("bubble"),
    ),
    ("stages_alike", words("alike same likewise identical mirror mirrored repeat repeated similarly"), words("stage")),
    (
        "gradient_exchange",
        words("gradient grad 梯度同步 梯度"),
        words("sync synchronization synchronisation reduce reduced allreduce ring 同步 梯度同步"),
    ),
    ("parts_match_devices", words("match matching equal"), words("module part division partition")),
    ("mfu_as_maximum", words("theoretical"), words("maximum limit peak")),
)
