"""The keys of torchtitan's parallelism and training, of 0.2 and of releases before it.

Source: torchtitan/config/job_config.py.
"""

from __future__ import annotations

KEYS = {
    "parallelism": """
        data_parallel_replicate_degree data_parallel_shard_degree fsdp_reshard_after_forward
        tensor_parallel_degree disable_loss_parallel enable_async_tensor_parallel pipeline_parallel_degree
        module_fqns_per_model_part pipeline_parallel_first_stage_less_layers
        pipeline_parallel_last_stage_less_layers pipeline_parallel_layers_per_stage pipeline_parallel_schedule
        pipeline_parallel_schedule_csv pipeline_parallel_microbatch_size
        pipeline_parallel_expert_parallel_overlap context_parallel_degree context_parallel_load_balancer
        context_parallel_rotate_method expert_parallel_degree expert_tensor_parallel_degree
        expert_parallel_comm_backend enable_compiled_autograd pipeline_parallel_split_points
        data_parallel_degree
    """,
    "training": """
        dataset dataset_path local_batch_size global_batch_size seq_len max_norm steps enable_cpu_offload dtype
        mixed_precision_param mixed_precision_reduce gc_freq gc_debug batch_size compile data_parallel_degree
        deterministic seed warmup_steps enable_fp8_linear tensor_parallel_degree dataloader
    """,
}
