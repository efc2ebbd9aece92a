"""The kinds of configurations: how each is known, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from stratc.frontends.launch import hub, megatron, serving, tables
from stratc.frontends.launch.document import Document
from stratc.frontends.launch.overrides import nemo, nemo_settings
from stratc.frontends.launch.settings import Setting, Settings, of
from stratc.ir.statement import Statement
from stratc.text.span import Span

_HOLE = re.compile(r"\$\{([^${}]*)\}")
Told: TypeAlias = tuple[tuple[Statement, ...], Settings]
Kind: TypeAlias = tuple[Callable[[Document], bool], Callable[[Document], Told]]


def _has(*paths: str, least: int = 1) -> Callable[[Document], bool]:
    """Whether a document has some of these paths, dashes and underlines being the same."""

    def known(document: Document) -> bool:
        names = {name.replace("-", "_") for name in document.leaves}
        return sum(path in names for path in paths) >= least

    return known


def _framework(settings: Settings, name: str, phase: str, document: Document) -> Iterator[Statement]:
    """The framework, where the first of its settings stands."""
    first = next((each for each in settings.each.values() if each.name in settings.taken), None)
    span = first.context if first else Span(document.source.name, 0, 0)
    if name:
        yield Statement("strategy.framework", name, span, span)
    if phase:
        yield Statement("workload.phase", phase, span, span)


def _megatron(document: Document) -> Told:
    given = document.under("MODEL_ARGS.") or document.under("")
    settings = of(each for each in given.values() if each.value is not False)
    said = tuple(megatron.statements(settings))
    return (*said, *_framework(settings, "Megatron-LM", "training", document)), settings


def _nemo(document: Document) -> Told:
    parts = ("model.", "trainer.")
    given = {f"{part}{name}": each for part in parts for name, each in document.under(part).items()}
    given |= {f"model.{name}": each for name, each in document.under("train.").items()}  # Megatron-Bridge
    settings = nemo_settings({path: _resolved(each, document) for path, each in given.items()})
    return (*nemo(settings), *_framework(settings, "NeMo", "training", document)), settings


def _resolved(setting: Setting, document: Document) -> Setting:
    """A value whose ${…} is filled from the document, as far as the document tells it."""
    text = document.source.text[setting.span.start : setting.span.end].strip("\"'")
    if setting.value is not None or "${" not in text:
        return setting
    for _ in range(8):
        hole = _HOLE.search(text)
        if hole is None:
            return replace(setting, value=int(text) if re.fullmatch(r"\d{1,15}", text) else text)
        value = _filled(hole[1], document)
        if value is None:
            return setting
        text = text[: hole.start()] + str(value) + text[hole.end() :]
    return setting


def _filled(inner: str, document: Document) -> Any:
    if inner.startswith("multiply:"):
        numbers = [each.strip() for each in inner.removeprefix("multiply:").split(",")]
        if not all(re.fullmatch(r"\d{1,9}", each) for each in numbers) or len(numbers) != 2:
            return None
        return int(numbers[0]) * int(numbers[1])
    name = inner.removeprefix("training.").lstrip(".")
    found = document.leaves.get(name) or document.leaves.get(f"model.{name}")
    return found.value if found else None


def _by_table(
    table: tables.Table, name: str = "", phase: str = "training", prefix: str = ""
) -> Callable[[Document], Told]:
    """Reads a document by a table of its paths; a trainer without a name leaves the framework open."""

    def tell(document: Document) -> Told:
        settings = of(document.under(prefix).values())
        said = [*settings.by(table), *tables.further(name, settings)]
        if phase:
            said += _framework(settings, name, phase, document)
        return tuple(said), settings

    return tell


def _hub(document: Document) -> Told:
    whole = of(document.under("").values())
    settings = of(document.under("text_config.").values()) if "text_config.hidden_size" in whole.each else whole
    return tuple(hub.statements(settings, whole)), settings


def _nanotron(document: Document) -> Told:
    whole = of(document.under("").values())
    model = of(document.under("model.model_config.").values())
    said = [*hub.statements(model, model), *whole.by(tables.NANOTRON), *tables.further("nanotron", whole)]
    whole.taken |= {f"model.model_config.{name}" for name in model.taken}
    return (*said, *_framework(whole, "nanotron", "training", document)), whole


def _server(document: Document) -> Told:
    settings = of(document.under("").values())
    server = (
        "tensorrt" if settings.get(*tables.OF_TENSORRT) else "sglang" if settings.get(*tables.OF_SGLANG) else "vllm"
    )
    said = tuple(serving.arguments(server, settings))
    return (*said, *_framework(settings, serving.NAMES[server], "inference", document)), settings


def _has_arguments(document: Document) -> bool:
    """Whether keys are flags of Megatron, or its arguments by their names in Python."""
    names = [name.rpartition(".")[2] for name in document.leaves]
    if len(_ARGUMENTS.intersection(document.leaves)) >= 2 and not _OTHERS.intersection(names):
        return True
    return sum(name.startswith("--") for name in names) >= 3 and any(name in _FLAGS for name in names)


_FLAGS = frozenset(["--num-layers", "--hidden-size", "--tensor-model-parallel-size", "--micro-batch-size"])
_ARGUMENTS = frozenset(
    f"{each}_parallel_size" for each in ("tensor_model", "pipeline_model", "context", "expert_model", "expert_tensor")
) | {"micro_batch_size", "global_batch_size", "virtual_pipeline_model_parallel_size", "use_distributed_optimizer"}
_OTHERS = frozenset(  # which other frameworks say beside such names
    (
        "deepspeed",
        "zero_optimization",
        "trainer",
        "base_model",
        "num_hidden_layers",
        "train_batch_size",
        "model_name_or_path",
    )
)
_SERVED = (
    *("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size", "max_model_len", "kv_cache_dtype"),
    *("max_num_batched_tokens", "tp", "tp_size", "mem_fraction_static", "context_length"),
)


def _is_deepspeed(document: Document) -> bool:
    """Whether a document is DeepSpeed's; some of its keys occur in arguments of trainers as well."""
    shared = _has("gradient_accumulation_steps", "gradient_clipping", "zero_optimization.offload_optimizer.device")
    own = _has("train_batch_size", "train_micro_batch_size_per_gpu", "zero_optimization.stage")
    return own(document) or (document.source.name.endswith(".json") and shared(document) and not _trains(document))


_trains = _has("learning_rate", "per_device_train_batch_size", "output_dir", "num_train_epochs")
_is_accelerate = _has(
    "distributed_type",
    "num_processes",
    "mixed_precision",
    "fsdp_config.fsdp_sharding_strategy",
    "fsdp_config.fsdp_version",
    "fsdp_config.fsdp_auto_wrap_policy",
    least=2,
)
MEGATRON: Kind = (_has_arguments, _megatron)
NEOX: Kind = (
    _has("pipe_parallel_size", "model_parallel_size", "num_layers", "attention_config", "num_attention_heads", least=3),
    _by_table(tables.NEOX, "GPT-NeoX", "training"),
)
DEEPSPEED: Kind = (_is_deepspeed, _by_table(tables.DEEPSPEED, "DeepSpeed", "training"))
TORCHTITAN: Kind = (
    _has(
        "training.seq_len",
        "training.local_batch_size",
        *(f"parallelism.{each}_parallel_degree" for each in ("tensor", "pipeline", "context", "expert")),
        *(f"parallelism.data_parallel_{each}_degree" for each in ("shard", "replicate")),
    ),
    _by_table(tables.TORCHTITAN, "torchtitan", "training"),
)
ACCELERATE: Kind = (_is_accelerate, _by_table(tables.ACCELERATE, "Accelerate", "training"))
SERVER: Kind = (_has(*_SERVED, least=1), _server)
KINDS: tuple[Kind, ...] = (
    (_has("model.model_config.hidden_size", "tokens.micro_batch_size", least=2), _nanotron),
    MEGATRON,
    (_has("model.tensor_model_parallel_size", "model.pipeline_model_parallel_size", "model.encoder_seq_length"), _nemo),
    NEOX,
    TORCHTITAN,
    DEEPSPEED,
    (
        _has(
            "num_hidden_layers",
            "hidden_size",
            "num_attention_heads",
            "n_layer",
            "n_layers",
            "n_embd",
            "d_model",
            least=2,
        ),
        _hub,
    ),
    (_has("text_config.num_hidden_layers", "text_config.hidden_size", least=2), _hub),
    ACCELERATE,
    (
        _has("base_model", "sequence_len", "num_epochs", "micro_batch_size", least=3),
        _by_table(tables.AXOLOTL, "Axolotl"),
    ),
    (
        _has("tensor_parallel_dim", "data_parallel_shard_dim", "model._component_", "tokenizer.max_seq_len", least=2),
        _by_table(tables.TORCHTUNE, "torchtune"),
    ),
    (
        _has("per_device_train_batch_size", "num_train_epochs", "finetuning_type", "cutoff_len", least=2),
        _by_table(tables.TRAINER),
    ),
    SERVER,
)
MARKED = KINDS[:-1]  # those that no other mapping is taken for
