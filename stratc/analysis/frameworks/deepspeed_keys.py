"""The keys that DeepSpeed's configuration has, and those that it had.

Source: deepspeed/runtime/config.py and the pydantic models of its blocks, 0.16 to 0.19.
"""

from __future__ import annotations

_NAMES = """
    activation_checkpointing aio autotuning bf16 bfloat16 checkpoint comet comms_logger communication_data_type
    compile csv_monitor data_efficiency data_parallel_size data_types dataloader_drop_last datastates_ckpt
    disable_allgather disable_python_gc dump_state expert_parallel flops_profiler fp16 gradient_accumulation_steps
    gradient_allreduce_op gradient_clipping gradient_predivide_factor hybrid_engine legacy_fusion
    load_universal_checkpoint log_level managed_gradient_accumulation memory_breakdown optimizer pipeline
    prescale_gradients scheduler seq_parallel_communication_data_type sequence_parallel_size steps_per_print
    tensor_parallel tensorboard timers torch_autocast train_batch_size train_micro_batch_size_per_gpu
    use_data_before_expert_parallelism use_node_local_storage vocabulary_size wall_clock_breakdown wandb
    weight_quantization zero_allow_untested_optimizer zero_force_ds_cpu_optimizer zero_optimization
"""
TOP = frozenset(_NAMES.split())
REMOVED = {
    # a key that is refused: the block that it stood in
    **dict.fromkeys(
        (
            *("nebula", "compression_training", "amp", "quantize_training", "sparse_gradients", "eigenvalue"),
            *("sparse_attention", "elasticity", "graph_harvesting", "curriculum_learning", "progressive_layer_drop"),
        ),
        "",
    ),
    **dict.fromkeys(("mics_shard_size", "mics_hierarchical_params_gather", "zeropp_loco_param"), "zero_optimization"),
}
BLOCKS = {
    "zero_optimization": """
        stage contiguous_gradients reduce_scatter reduce_bucket_size use_multi_rank_bucket_allreduce
        allgather_partitions allgather_bucket_size overlap_comm compute_grad_norm load_from_fp32_weights
        elastic_checkpoint offload_param offload_optimizer zenflow sub_group_size cpu_offload_param
        cpu_offload_use_pin_memory cpu_offload stage3_prefetch_bucket_size
        stage3_param_persistence_threshold stage3_model_persistence_threshold stage3_max_live_parameters
        stage3_max_reuse_distance stage3_gather_16bit_weights_on_model_save stage3_module_granularity_threshold
        stage3_use_all_reduce_for_fetch_params stage3_allgather_sequential stage3_gather_fp16_weights_on_model_save
        ignore_unused_parameters legacy_stage1 round_robin_gradients parameter_alignment zero_hpz_partition_size
        zero_quantized_weights zero_quantized_nontrainable_weights zero_quantized_gradients memory_efficient_linear
        pipeline_loading_checkpoint override_module_apply log_trace_cache_warnings enable_sanity_checks
        save_muon_momentum_buffer_in_memory leaf_module
        prefetch_bucket_size param_persistence_threshold model_persistence_threshold max_live_parameters
        max_reuse_distance gather_16bit_weights_on_model_save module_granularity_threshold
        use_all_reduce_for_fetch_params allgather_sequential
    """,  # the last of these are names of fields, which count as well as those with stage3_ before them
    "zero_optimization.offload_param": "device nvme_path buffer_count buffer_size max_in_cpu pin_memory",
    "zero_optimization.offload_optimizer": """
        device nvme_path buffer_count pin_memory pipeline_read pipeline_write pipeline fast_init ratio super_offload
        cpuadam_cores_perc
    """,
    "bf16": """
        enabled immediate_grad_update check_grad_overflow bf16_master_weights_and_grads bf16_optimizer_states
    """,
    "fp16": """
        enabled auto_cast loss_scale initial_scale_power loss_scale_window hysteresis consecutive_hysteresis
        min_loss_scale fp16_master_weights_and_grads
    """,
    "tensor_parallel": """
        dtype autotp_size tp_overlap_comm vocab_parallel_lm_head vocab_parallel_ce_backend tp injection_policy_tuple
        partition_config preset_model keep_module_on_host kernel_inject
    """,
    "comms_logger": "enabled prof_all prof_ops verbose debug",
    "tensorboard": "enabled output_path job_name",
    "csv_monitor": "enabled output_path job_name",
    "wandb": "enabled group team project",
    "comet": "enabled samples_log_interval project workspace api_key experiment_name experiment_key online mode",
}
"""Path of a block: its keys, where DeepSpeed takes no others."""
SWITCHES = {
    "": "wall_clock_breakdown",
    "zero_optimization": """
        contiguous_gradients reduce_scatter use_multi_rank_bucket_allreduce allgather_partitions overlap_comm
        load_from_fp32_weights elastic_checkpoint cpu_offload stage3_gather_16bit_weights_on_model_save
        stage3_use_all_reduce_for_fetch_params ignore_unused_parameters legacy_stage1 round_robin_gradients
        zero_quantized_weights zero_quantized_nontrainable_weights zero_quantized_gradients memory_efficient_linear
        pipeline_loading_checkpoint override_module_apply log_trace_cache_warnings
    """,
    "zero_optimization.offload_param": "pin_memory",
    "zero_optimization.offload_optimizer": "pin_memory pipeline_read pipeline_write fast_init",
    "bf16": "enabled immediate_grad_update",
    "fp16": "enabled auto_cast consecutive_hysteresis",
    "comms_logger": "enabled prof_all verbose debug",
}
"""Path of a block: its keys that are true or false."""


def top_of(path: str) -> str:
    """The key at the top level that a path begins with."""
    return path.partition(".")[0]


def stranger(path: str) -> tuple[str, str] | None:
    """The block of a path that does not have its next key, and that key; None where all are known.

    >>> stranger("zero_optimization.overlap_communication"), stranger("zero_optimization.stage")
    (('zero_optimization', 'overlap_communication'), None)
    """
    for block, names in BLOCKS.items():
        if path.startswith(f"{block}."):
            key = path[len(block) + 1 :].partition(".")[0]
            if key not in names.split() and REMOVED.get(key) != block:
                return block, key
    return None


def is_switch(path: str) -> bool:
    """Whether a key is true or false and nothing else.

    >>> is_switch("zero_optimization.overlap_comm"), is_switch("zero_optimization.stage")
    (True, False)
    """
    block, _, key = path.rpartition(".")
    return key in SWITCHES.get(block, "").split()
