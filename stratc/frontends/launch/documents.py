"""Configuration files of the frameworks: which one a document is, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from stratc.codec.positions import Fault, Node
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity
from stratc.frontends.frontend import Load, Reading, Unread
from stratc.frontends.launch import hub, megatron, serving, tables
from stratc.frontends.launch.settings import Setting, Settings, of, unread
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

SYNTAX = RuleId("IN101", "syntax-error")
VARIABLES = "ENV_VARS."  # where NVIDIA's lists of arguments keep variables of the environment
TWICE = RuleId("IN105", "unusable-value")
DEEPEST = 40
_HOLE = re.compile(r"\$\{([^${}]*)\}")


@dataclass(frozen=True, slots=True)
class Document:
    """A document, its source, and every plain value in it by its path."""

    root: Node
    source: Source
    leaves: dict[str, Setting]

    def under(self, *prefixes: str) -> dict[str, Setting]:
        """The values below some paths, named by what follows them."""
        found: dict[str, Setting] = {}
        for prefix in prefixes:
            for path, each in self.leaves.items():
                if path.startswith(prefix):
                    name = path.removeprefix(prefix).lstrip("-").lower().replace("-", "_")
                    found[name] = replace(each, name=name)
        return found


@dataclass(frozen=True, slots=True)
class DocumentFrontend:
    """Reads configurations in one notation."""

    suffixes: tuple[str, ...]

    def read(self, source: Source, load: Load) -> Reading:
        """What the document says; one of an unknown kind says nothing."""
        if self.suffixes[0] == ".toml":
            from stratc.frontends.launch.toml import parse

            node = parse(source.text)
            found = node if isinstance(node, Fault) else [node]
        else:
            from stratc.frontends.launch.yaml import documents

            found = documents(source.text)
        if isinstance(found, Fault):
            return _unreadable(found, source)
        return _started(found, source, load) or reading(found[0], source) or Reading((source,))


def _started(found: list[Node], source: Source, load: Load) -> Reading | None:
    """The reading of documents whose texts start something; None of others."""
    from stratc.frontends.launch import manifests, recipes

    if pods := [each for each in found if manifests.is_manifest(each)]:
        return manifests.reading(pods, source, load)
    return recipes.reading(found[0], source, load) if recipes.is_recipe(found[0]) else None


def _unreadable(node: Fault, source: Source) -> Reading:
    end = min(max(node.end, node.start), len(source.text))
    label = Label(Span(source.name, min(node.start, end), end), "here")
    found = Diagnostic(
        SYNTAX, Category.INPUT, Severity.ERROR, Certainty.DEFINITE, node.message, label, (), None, "", None
    )
    return Reading((source,), diagnostics=(found,))


YAML = DocumentFrontend((".yaml", ".yml"))
TOML = DocumentFrontend((".toml",))


def reading(root: Node, source: Source, kinds: Sequence[Kind] | None = None) -> Reading | None:
    """What a configuration says; None when it is of none of these kinds, all unless given."""
    document = Document(root, source, {each.name: each for each in leaves(root, source)})
    for known, tell in KINDS if kinds is None else kinds:
        if known(document):
            said, settings = tell(document)
            written = (
                Statement(f"setting.{_called(each)}", "" if each.value is None else each.value, each.span, each.context)
                for each in document.leaves.values()
                if _is_written(each)
            )
            left = (*unread(settings, said), *_undecided(said))
            figures = {each.span for each in said} | {each.span for each in left}
            twice = tuple(_repeated(root, source)) if known is DEEPSPEED[0] else ()
            return Reading((source,), (*said, *written), unread=left, diagnostics=twice, quantities=len(figures))
    return None


def _repeated(node: Node, source: Source) -> Iterator[Diagnostic]:
    """Keys that an object has twice, which DeepSpeed refuses."""
    seen: set[str] = set()
    for key, start, end in node.keys:
        if key in seen:
            label = Label(Span(source.name, start, end), "again")
            message = f"`{key}` is given twice, which DeepSpeed refuses"
            yield Diagnostic(
                TWICE, Category.INPUT, Severity.ERROR, Certainty.DEFINITE, message, label, (), None, "keep one", None
            )
        seen.add(key)
    for each in node.value.values() if isinstance(node.value, dict) else ():
        yield from _repeated(each, source)


def _undecided(said: tuple[Statement, ...]) -> Iterator[Unread]:
    """That a training job does not say how many devices it uses, where none of its settings does."""
    named = next((each for each in said if each.subject == "strategy.framework"), None)
    trains = any(each.value == "training" for each in said)
    if named and trains and not any(each.subject == "strategy.device_count" for each in said):
        yield Unread(named.span, "how many devices are used: not told here")


def _called(each: Setting) -> str:
    """The name of a setting for rules; variables of the environment as in a script."""
    return f"${each.shown.removeprefix(VARIABLES)}" if each.shown.startswith(VARIABLES) else each.shown


def _is_written(each: Setting) -> bool:
    """Whether a setting holds; a switch that is off is as good as not written."""
    return not (each.shown.startswith("--") and each.value is False)


def leaves(node: Node, source: Source, path: str = "", depth: int = 0) -> Iterator[Setting]:
    """Every plain value by its path; of lists those inside mappings."""
    match node.value:
        case dict():
            places = {key: (start, end) for key, start, end in node.keys}
            for key, each in node.value.items():
                if isinstance(each.value, (dict, list)) and depth < DEEPEST:
                    yield from leaves(each, source, f"{path}{key}.", depth + 1)
                elif each.value is not None and not isinstance(each.value, (dict, list)):
                    yield _leaf(each, source, f"{path}{key}", key, places.get(key))
        case list() if node.value and depth < DEEPEST:
            for number, each in enumerate(node.value[:20]):
                if isinstance(each.value, dict):
                    yield from leaves(each, source, f"{path}{number}.", depth + 1)


def _leaf(node: Node, source: Source, path: str, key: str, place: tuple[int, int] | None) -> Setting:
    size = len(source.text)
    span = Span(source.name, min(node.start, size), min(max(node.start, node.end), size))
    context = (
        span if place is None else Span(source.name, min(place[0], span.start), max(span.end, min(place[1], size)))
    )
    open_ = isinstance(node.value, str) and ("${" in node.value or node.value in ("auto", "???"))
    return Setting(path, None if open_ else node.value, span, context, key if key.startswith("--") else path)


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
    yield Statement("strategy.framework", name, span, span)
    if phase:
        yield Statement("workload.phase", phase, span, span)


def _megatron(document: Document) -> Told:
    given = document.under("MODEL_ARGS.") or document.under("")
    settings = of(each for each in given.values() if each.value is not False)
    said = tuple(megatron.statements(settings))
    return (*said, *_framework(settings, "Megatron-LM", "training", document)), settings


def _nemo(document: Document) -> Told:
    given = {name: each for name, each in document.under("model.").items() if "." not in name or name == "optim.name"}
    given |= {f"mcore.{name}": each for name, each in document.under("trainer.").items()}
    given = {name: _resolved(each, document) for name, each in given.items()}
    if (precision := given.pop("mcore.precision", None)) is not None:
        given["precision"] = replace(precision, name="precision")
    settings = of(replace(each, name=name) for name, each in given.items())
    said = [*megatron.nemo(settings), *_framework(settings, "NeMo", "training", document)]
    nodes, each = settings.get("mcore.num_nodes"), settings.get("mcore.devices")
    if each and each.number:
        said.append(settings.say(each, "hardware.devices_per_node", each.number))
        if nodes and nodes.number:
            said.append(settings.say(nodes, "strategy.device_count", nodes.number * each.number))
    return tuple(said), settings


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


def _by_table(table: tables.Table, name: str, phase: str, prefix: str = "") -> Callable[[Document], Told]:
    """Reads a document by a table of its paths."""

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


def _server(document: Document) -> Told:
    settings = of(document.under("").values())
    server = "sglang" if settings.get(*tables.OF_SGLANG) else "vllm"
    said = tuple(serving.arguments(server, settings))
    return (*said, *_framework(settings, serving.NAMES[server], "inference", document)), settings


def _has_arguments(document: Document) -> bool:
    """Whether keys are flags of Megatron."""
    names = [name.rpartition(".")[2] for name in document.leaves]
    return sum(name.startswith("--") for name in names) >= 3 and any(name in _FLAGS for name in names)


_FLAGS = frozenset(["--num-layers", "--hidden-size", "--tensor-model-parallel-size", "--micro-batch-size"])
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
DEEPSPEED: Kind = (_is_deepspeed, _by_table(tables.DEEPSPEED, "DeepSpeed", "training"))
KINDS: tuple[Kind, ...] = (
    (_has_arguments, _megatron),
    (_has("model.tensor_model_parallel_size", "model.pipeline_model_parallel_size", "model.encoder_seq_length"), _nemo),
    (
        _has(
            "pipe_parallel_size",
            "model_parallel_size",
            "num_layers",
            "attention_config",
            "num_attention_heads",
            least=3,
        ),
        _by_table(tables.NEOX, "GPT-NeoX", "training"),
    ),
    (
        _has("parallelism.tensor_parallel_degree", "parallelism.data_parallel_shard_degree", "training.seq_len"),
        _by_table(tables.TORCHTITAN, "torchtitan", "training"),
    ),
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
    (_has("distributed_type", "num_processes", least=2), _by_table(tables.ACCELERATE, "Accelerate", "training")),
    (_has(*_SERVED, least=1), _server),
)
MARKED = KINDS[:-1]  # those that no other mapping is taken for


def opens(root: Node) -> bool:
    """Whether a JSON object is no plan but a configuration of a framework."""
    if not isinstance(root.value, dict):
        return False
    names = {name.replace("-", "_") for name in root.value}
    return bool(names & tables.OPENING)
