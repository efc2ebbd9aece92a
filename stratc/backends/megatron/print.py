"""Megatron's arguments as a script for torchrun or Slurm, and as an argument file; every value is quoted.

Every line names the plan's line.
"""

from __future__ import annotations

from stratc.analysis.layout.ranks import Axis
from stratc.backends.backend import Where
from stratc.backends.flags import settings
from stratc.backends.launchers import DISTRIBUTED, RENDEZVOUS, header, printed
from stratc.backends.megatron.arguments import Group, MegatronArguments
from stratc.backends.quoting import argument, comment, plain_value

HEAD = "Megatron-LM launch, written by stratc; arguments of Megatron-Core %s."
FROM = "from a checkout of Megatron-LM"
DATA = """\
# Without DATA_PATH the run trains on mock data, which is enough to try the layout.
# The vocabulary is padded to %s, a multiple of %s × tp %s.
DATA_ARGS=(
  --tokenizer-type "${TOKENIZER_TYPE:-NullTokenizer}"
  --vocab-size "${VOCAB_SIZE:-%s}"
)
if [[ -n "${DATA_PATH:-}" ]]; then DATA_ARGS+=(--data-path "$DATA_PATH"); else DATA_ARGS+=(--mock-data); fi
if [[ -n "${TOKENIZER_MODEL:-}" ]]; then DATA_ARGS+=(--tokenizer-model "$TOKENIZER_MODEL"); fi

TRAIN_ARGS=(
  --train-iters "${TRAIN_ITERS:-100}"
  --lr "${LR:-1.0e-4}"
)
"""
TAIL = """\
%storchrun "${DISTRIBUTED_ARGS[@]}" pretrain_gpt.py \\
  %s "${DATA_ARGS[@]}" "${TRAIN_ARGS[@]}" "$@"
"""
DENSE_AXES = ("tp", "cp", "dp", "pp")
EXPERT_AXES = ("ep", "expert dp")
SHOWN = 4  # ranks of a group
RUN = {"--tokenizer-type": "NullTokenizer", "--mock-data": "true", "--train-iters": "100", "--lr": "1.0e-4"}


def script(arguments: MegatronArguments, vocabulary: int, where: Where, launcher: str = "torchrun") -> str:
    """The text of the launch script; `vocabulary` is used where no tokenizer is given."""
    blocks = [(name, _block(f"{name}_ARGS", group, where)) for name, group in arguments.groups]
    used = " ".join(f'"${{{name}_ARGS[@]}}"' for name, block in blocks if block)
    tp = arguments.parallel.tensor_model_parallel_size
    share, degree = _padding(arguments), tp.value if tp else 1
    parts = [
        header(HEAD % arguments.version, FROM, launcher, arguments.nodes, arguments.per_node.value),
        "export CUDA_DEVICE_MAX_CONNECTIONS=1\n" if arguments.one_connection else "",
        _distributed(arguments, where, launcher),
        *(block for _, block in blocks),
        DATA % (padded(vocabulary, share * degree), share, degree, vocabulary),
        TAIL % ("srun " if launcher == "slurm" else "", used),
    ]
    return "\n".join(part for part in parts if part)


def padded(vocabulary: int, multiple: int) -> int:
    """The vocabulary as Megatron pads it.

    Source: Megatron-Core, megatron/training/vocab_utils.py, calculate_padded_vocab_size.

    >>> padded(50257, 128 * 8)
    51200
    """
    return -(-vocabulary // multiple) * multiple


def _padding(arguments: MegatronArguments) -> int:
    share = arguments.model.make_vocab_size_divisible_by
    return share.value if share else 1


def _distributed(arguments: MegatronArguments, where: Where, launcher: str) -> str:
    tail = RENDEZVOUS if launcher == "slurm" else DISTRIBUTED
    world = f"# {arguments.world.value} devices{comment(arguments.world, where, ', ')}"
    shown = (*DENSE_AXES, *(EXPERT_AXES if arguments.experts.num_experts else ()))
    groups = [f"{name} {_first(arguments.axes[name])}" for name in shown if arguments.axes[name].size > 1]
    ranks = f"# The first ranks that work together: {'; '.join(groups)}\n" if groups else ""
    return ranks + printed(
        "DISTRIBUTED_ARGS",
        [
            f"--nproc-per-node {arguments.per_node.value}{comment(arguments.per_node, where)}",
            f"--nnodes {arguments.nodes}  {world}",
            *tail,
        ],
    )


def _first(axis: Axis) -> str:
    """The ranks of the first group, as far as a line has room for them."""
    ranks = range(0, axis.size * axis.stride, axis.stride)
    return ", ".join(map(str, ranks[:SHOWN])) + (", …" if len(ranks) > SHOWN else "")


def _block(name: str, group: Group, where: Where) -> str:
    return printed(name, [f"{argument(flag, known)}{comment(known, where)}" for flag, known in settings(group)])


def argument_file(arguments: MegatronArguments, vocabulary: int, where: Where) -> str:
    """The same arguments as YAML, in the form of Megatron-LM's functional tests: ENV_VARS and MODEL_ARGS."""
    head = f"# {HEAD % arguments.version}\n"
    world = f"# For {arguments.world.value} devices: {arguments.nodes} nodes × {arguments.per_node.value}.\n"
    lines = [
        f"  {flag}: {plain_value(known.value)}{comment(known, where)}"
        for _, group in arguments.groups
        for flag, known in settings(group)
    ]
    lines += [f"  --vocab-size: {vocabulary}", *(f"  {flag}: {text}" for flag, text in RUN.items())]
    variables = "ENV_VARS:\n  CUDA_DEVICE_MAX_CONNECTIONS: 1\n" if arguments.one_connection else ""
    return head + world + variables + "MODEL_ARGS:\n" + "\n".join(lines) + "\n"
