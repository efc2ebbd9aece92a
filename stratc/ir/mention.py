"""Concepts that a plan names without a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.scope import HERE, Scope
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.text.span import Span

CONCEPTS: dict[str, str] = {
    "training": "training, fine-tuning or pre-training",
    "inference": "inference or serving of a trained model",
    "deployment": "deployment, of whatever",
    "prefill": "the prompt phase",
    "decode": "the token-by-token phase",
    "backward_pass": "backward passes",
    "gradients": "gradients, their accumulation, reduction or fusion",
    "optimizer": "optimizer or its state",
    "weight_updates": "weights updated or synchronised across replicas",
    "recompute": "activation checkpointing",  # `cause` tells which of its two names is used
    "checkpointing": "saving state against failures",
    "offload": "weights or states kept outside the devices",
    "sharded_weights": "weights sharded over data-parallel devices",
    "adapters": "adapters trained beside frozen weights",
    "load_balancing_loss": "an auxiliary loss that balances experts",
    "dynamic_routing": "routing that follows the load",
    "kv_cache": "a key-value cache",
    "kv_cache_of_experts": "a key-value cache said to be that of experts",
    "tensor_group_in_device": "tensor parallelism said to stay inside one device",
    "all_reduce": "all-reduce",
    "all_to_all": "all-to-all",
    "all_gather": "all-gather",
    "reduce_scatter": "reduce-scatter",
    "point_to_point": "point-to-point transfers",
    "ring": "ring algorithms",
    "hierarchical": "hierarchical collectives",
    "nvlink": "NVLink or NVSwitch",
    "infiniband": "InfiniBand, RoCE or Ethernet between nodes",
    "pcie": "PCIe",
    "overlap": "communication hidden behind computation",
    "tensor_parallel": "tensor parallelism",
    "pipeline_parallel": "pipeline parallelism",
    "expert_parallel": "expert parallelism",
    "data_parallel": "data parallelism",
    "sequence_parallel": "sequence parallelism",
    "context_parallel": "context parallelism",
    "micro_batching": "micro-batch scheduling",
    "continuous_batching": "requests that join and leave a running batch",
    "devices_full": "devices said to be fully used, in words",
    "small_bubble": "a pipeline bubble said to be small, minimised or avoided",
    "one_expert_per_device": "each device holding exactly one whole expert",
    "non_multiplicative": "degrees said not to multiply",
    "scores_negligible": "attention scores said to be negligible",
    "cache_read": "the key-value cache read in a step",
    "measured": "figures that were measured",
    "latency_by_pipeline": "pipeline parallelism credited with a lower latency",
    "sequence_split": "a sequence split over devices inside attention",
    "heads_of_group": "the heads of one device given as those of a tensor-parallel group",
    "mfu_as_maximum": "a model FLOPs utilisation called the theoretical maximum",
    "expert_exchange": "an exchange between experts",
    "expert_exchange_small": "traffic between experts said to be little or none",
    "expert_section_small": "communication said to be little, in a section on experts",
    "no_parameter_copies": "parameters said to be held once, without copies",
    "one_part_per_device": "parts or experts said to have a device each; `cause` tells which",
    "bound_met": "a bound said to be met, without the figure that meets it",
    "bounds_met": "a bound said to be met by all, without the figures that meet it",
    "requirement_met": "a figure said to meet what is required of it",
    "called_feasible": "the plan called feasible, practical or ready for use",
    "requirements_met": "all requirements together said to be met",
    "excess_admitted": "a use of more than all that there is, in words that admit it",
    "excess_praised": "a use of more than all that there is, called good",
    "parts_match_devices": "the parts of the model said to match the number of devices",
    "all_reduce_for_routing": "an all-reduce said to route tokens to experts",
    "all_to_all_once": "the all-to-all said to run once in a layer",
    "batch_split_by_tensor": "a batch said to be split over tensor-parallel devices",
    "redundancy_by_spreading": "parts spread over devices said to withstand failures",
    "experts_converse": "experts said to communicate with one another",
    "expert_degree_of_tensor": "the expert-parallel degree said to need to be a multiple of the tensor-parallel one",
    "transfer_between_stages": "transfers from one pipeline stage to the next",
    "bubble_by_micro_batches": "micro-batches said to make the pipeline bubble smaller",
    "bubble_reversed": "the bubble said to shrink with fewer or larger micro-batches, or with more stages",
    "expert_exchange_in_node": "the exchange between experts said to stay inside a node",
    "expert_exchange_on_nvlink": "the exchange between experts said to run over NVLink",
    "pool_on_nodes": "the nodes that a pool stands on, which `cause` lists",
    "pools_balanced": "the pools of prefill and decode said to be balanced",
    "cache_on_nvlink": "a cache said to move between pools over NVLink",
    "carried_by_nvlink": "communication said to run over NVLink",
    "pcie_between_devices": "devices of a server said to be linked by PCIe",
    "context_group_in_node": "a context-parallel group said to stay inside a node",
    "gradient_exchange": "gradients reduced or synchronised between replicas",
    "spare_claimed": "N+1: one more than the load needs",
    "node_holds_one_replica": "the loss of a node said to cost one replica",
    "tokens_stay": "most tokens said to stay inside their node",
    "no_drops": "no tokens said to be dropped for want of capacity",
    "all_reduce_twice": "two all-reduces spoken of",
    "all_to_all_twice": "two exchanges of tokens spoken of, or both ways",
    "stages_alike": "stages said to be laid out alike",
    "bubble_removed": "a pipeline bubble said to be gone",
    "layers_on_own_devices": "every layer said to have devices of its own",
    "communication_bottleneck": "communication called the bottleneck",
    "all_reduce_once": "the all-reduce said to run once in a layer",
    "layers_by_tensor": "tensor parallelism said to give whole layers to devices",
    "tensors_by_pipeline": "pipeline parallelism said to split heads, matrices or the hidden dimension",
    "weights_by_data": "data parallelism said to split the model",
    "others_by_experts": "expert parallelism said to split attention or layers",
    "weights_by_context": "context or sequence parallelism said to split weights",
    "copies_of_sharded": "whole weights said to be kept on every device by the stage of ZeRO that shards them",
    "shards_too_much": "gradients or weights said to be sharded by a stage of ZeRO that leaves them whole",
    "collective_of_another_kind": "a collective said to be that of a kind of parallelism that needs another",
    "sharding_called_free": "weights sharded over replicas said to cost no communication beyond data parallelism",
    "latency_by_spreading": "the latency of a token said to be divided by the stages or devices it passes in turn",
    "latency_by_degrees": "degrees that split no layer multiplied into a gain in latency",
    "fp8_computed": "products computed in FP8",
    "attention_work_equal": "parts of a sequence said to be equal work",
    "causal_mask_ignored": "the causal mask said to need no care in how a sequence is dealt out",
    "blocks_contiguous": "a sequence said to be dealt out in contiguous blocks",
    "blocks_interleaved": "a sequence said to be dealt out so that early and late tokens are on one device",
    "weights_in_cache": "weights said to stay in the cache or on the chip of a device",
    "stages_of_equal_memory": "all pipeline stages said to need the same memory",
    "bits_as_bytes": "a rate in bits worked with as the same number of bytes",
    "one_in_flight": "one micro-batch said to be in flight",
    "cache_counted": "a key-value cache said to be counted, to fit or to be sent",
    "experts_synchronised": "parameters said to be synchronised over expert-parallel ranks",
    "gradients_by_micro_batch": "gradients said to be reduced once per micro-batch",
    "loss_balances_load": "a loss said to balance the load of experts",
    "exchange_by_tokens": "a collective said to run once in so many tokens",
    "busy_by_sparsity": "devices said to be well used because few experts are active",
    "precision_widened": "a wider precision to fall back to",
    "traffic_on_pcie": "exchange between devices said to run over PCIe",
    "modules_without_attention": "a list of the modules of a model, none of which is attention; `cause` names them",
    "communication_small": "communication said to be little",
    "current_degrees": "a strategy called the current one",
    "parallelism_bonus": "a gain in per cent or as a factor that is added for a kind of parallelism",
    "devices_alike": "memory or computation said to be equal on all devices",
    "memory_bandwidth_as_link": "memory bandwidth used as the budget of communication",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mention(Record):
    """A concept of CONCEPTS named at a place; `cause` as in Statement (the degree the sentence credits)."""

    concept: str
    places: tuple[Span, ...]
    context: Span
    scope: Scope = HERE
    cause: str = ""

    def spans(self) -> tuple[Span, ...]:
        """Where it is named."""
        return self.places
