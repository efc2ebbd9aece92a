"""What a framework sets itself when its arguments do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from stratc.ir.origin import Assumed, Derived, Known
from stratc.ir.setting import ALONE

if TYPE_CHECKING:
    from stratc.ir.draft import Draft, Sketch
    from stratc.ir.setting import Setting

Facts = dict[str, Known[Any]]


class Default(NamedTuple):
    """A value that holds where a key is not given, and where all of `needs` are known."""

    key: str
    value: Any
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()  # names of settings that give the key a value, also one that is not told


TENSOR = Default(
    "strategy.tp",
    1,
    flags=("tensor-model-parallel-size", "tensor-parallel-size", "model-parallel-size", "tp-size", "tp"),
)
PIPELINE = Default(
    "strategy.pp",
    1,
    flags=("pipeline-model-parallel-size", "pipeline-parallel-size", "pipe-parallel-size", "pp-size", "pp"),
)
# Source: the defaults of megatron/training/arguments.py, unchanged from Megatron-Core 0.8 to 0.19.
MEGATRON = (
    TENSOR,
    PIPELINE,
    Default(
        "strategy.cp",
        1,
        flags=(
            "context-parallel-size",
            "ds-sequence-parallel-size",
        ),
    ),
    Default(
        "strategy.ep",
        1,
        flags=(
            "expert-model-parallel-size",
            "expert-parallel-size",
        ),
    ),
    Default(
        "strategy.zero_stage",
        0,
        flags=(
            "zero-stage",
            "use-megatron-fsdp",
            "use-custom-fsdp",
        ),
    ),
    Default(
        "strategy.recompute",
        "none",
        flags=(
            "recompute-granularity",
            "activations-checkpoint-method",
        ),
    ),
    Default("model.gated", False),
    Default("model.attention", "mha", flags=("group-query-attention", "multi-latent-attention", "attention-head-type")),
    Default("model.norm", "LayerNorm", flags=("normalization",)),
    Default("model.position_embedding", "learned", flags=("position-embedding-type",)),
    Default("model.tied_embeddings", True),
    Default("model.precision", "fp32", flags=("bf16", "fp16", "fp8-format", "fp4-format", "precision")),
    Default("model.top_k", 2, needs=("model.experts",), flags=("moe-router-topk",)),
)
# Source: megatron/arguments.py of Megatron-DeepSpeed, whose network is Megatron's and whose experts are DeepSpeed's.
MEGATRON_DEEPSPEED = (
    *MEGATRON[:-1],
    Default("model.top_k", 1, needs=("model.experts",), flags=("topk", "moe-router-topk")),
    Default("model.moe_every", 2, needs=("model.experts",), flags=("expert-interval",)),
)
SERVERS = (
    TENSOR,
    PIPELINE,
    Default(
        "strategy.dp",
        1,
        flags=(
            "data-parallel-size",
            "dp-size",
            "dp",
        ),
    ),
)
DEFAULTS = {
    "Megatron-LM": ("Megatron", MEGATRON),
    "Megatron-DeepSpeed": ("Megatron", MEGATRON_DEEPSPEED),
    "NeMo": ("NeMo", MEGATRON[:4]),
    "GPT-NeoX": ("GPT-NeoX", MEGATRON[:4]),
    "vLLM": ("vLLM", SERVERS),
    "SGLang": ("SGLang", SERVERS),
}
SHAPE = (
    "num-layers",
    "encoder-num-layers",
    "hybrid-layer-pattern",
    "hybrid-override-pattern",
)  # flags of a launch that tells the model
UNEVEN = ("first-pipeline", "last-pipeline", "parallel-layout", "pipeline-split")  # flags that fill stages unevenly
REPLICATING = ("Megatron-LM", "Megatron-DeepSpeed", "NeMo", "GPT-NeoX")


def assume_defaults(draft: Draft) -> Draft:
    """Fills in the defaults of the framework whose arguments a launch holds.

    Before: facts that are stated, and settings where the text is a launch or shows one whole.  After: what its
    arguments leave to the framework is Assumed to be the framework's default, and what the framework derives by a law
    of its own is Derived (Megatron: the data-parallel degree from the world).
    """
    if not _launched(draft):
        return draft
    for number, sketch in enumerate(draft.sketches):
        named = sketch.facts.get("strategy.framework")
        name = str(named.value) if named else ""
        if name not in DEFAULTS:
            continue
        draft = _filled(draft, sketch, *DEFAULTS[name])
        if name in REPLICATING:
            settled = _replicated(draft, draft.sketches[number])
            draft = replace(draft, sketches=(*draft.sketches[:number], settled, *draft.sketches[number + 1 :]))
        if name.startswith("Megatron"):
            draft = replace(draft, facts={**draft.facts, **_widened(draft)})
    return draft


def _filled(draft: Draft, sketch: Sketch, framework: str, defaults: tuple[Default, ...]) -> Draft:
    known, names = draft.known(sketch), {_plain(each.name) for each in _launched(draft)}
    shaped = not names.isdisjoint(SHAPE)
    added: Facts = {}
    for each in defaults:
        given = not names.isdisjoint(each.flags) or each.key in known or (each.key == "strategy.pp" and sketch.stages)
        told = shaped or not each.key.startswith("model.")  # else the model is told elsewhere
        if not given and told and all(need in known for need in each.needs):
            added[each.key] = Known(each.value, Assumed(f"{framework}'s default"))
    own = {key: fact for key, fact in added.items() if key.startswith("strategy.")}
    shared = {key: fact for key, fact in added.items() if key not in own}
    settled = replace(sketch, facts={**own, **sketch.facts})
    sketches = tuple(settled if each is sketch else each for each in draft.sketches)
    return replace(draft, facts={**draft.facts, **shared}, sketches=sketches)


def _launched(draft: Draft) -> tuple[Setting, ...]:
    """The settings of launches, without those that stand alone."""
    return tuple(each for each in draft.settings if each.launch != ALONE)


def _plain(name: str) -> str:
    """The name of a setting without its path, dashes in front and underlines."""
    return name.rpartition(".")[2].lstrip("-").lower().replace("_", "-")


def _replicated(draft: Draft, sketch: Sketch) -> Sketch:
    """The strategy with the degrees that Megatron derives.

    dp = world ÷ (tp · pp · cp); layers of a stage = layers ÷ stages.  Source: megatron/training/arguments.py.
    """
    known = draft.known(sketch)
    placed = bool(sketch.stages) or any(part in each.name for each in _launched(draft) for part in UNEVEN)
    return replace(sketch, facts={**dict(_derived(known, placed)), **sketch.facts})


def _widened(draft: Draft) -> Facts:
    """The width of the feed-forward blocks: four times the hidden size, two thirds of it where they are gated.

    Gated ones are cut to a multiple of 64.  Source: megatron/training/arguments.py.
    """
    hidden, gated = draft.facts.get("model.hidden_size"), draft.facts.get("model.gated")
    asked = any(_plain(each.name) == "ffn-hidden-size" for each in draft.settings)
    if asked or hidden is None or gated is None or "model.ffn_hidden_size" in draft.facts:
        return {}
    width = 4 * hidden.value * 2 // 3 // 64 * 64 if gated.value else 4 * hidden.value
    by = "4 × hidden size × 2 ÷ 3, cut to a multiple of 64" if gated.value else "4 × hidden size"
    return {"model.ffn_hidden_size": Known(width, Derived(by, (hidden,)))}


def _derived(known: Facts, placed: bool) -> Iterator[tuple[str, Known[Any]]]:
    for key, by, names, compute in LAWS:
        inputs = tuple(known[name] for name in names if name in known)
        if key in known or len(inputs) < len(names) or (placed and key == "strategy.layers_per_stage"):
            continue
        value = compute(*(each.value for each in inputs))
        if value:
            known[key] = Known(value, Derived(by, inputs))
            yield key, known[key]


def _quotient(left: int, *right: int) -> int:
    product = 1
    for each in right:
        product *= each
    return left // product if product and left % product == 0 else 0


LAWS: tuple[tuple[str, str, tuple[str, ...], Callable[..., int]], ...] = (
    (
        "strategy.dp",
        "world ÷ (tp × pp × cp)",
        ("strategy.device_count", "strategy.tp", "strategy.pp", "strategy.cp"),
        _quotient,
    ),
    ("strategy.layers_per_stage", "layers ÷ stages", ("model.layers", "strategy.pp"), _quotient),
)
