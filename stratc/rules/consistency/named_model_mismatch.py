"""CN105: a published model by name, with another architecture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any, TypeAlias

from stratc.analysis.case import Case
from stratc.analysis.model.published import departures
from stratc.analysis.said.values import differ, is_share, shown
from stratc.analysis.words import WORDS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.published import departed
from stratc.rules.rule import Finding, rule

Departure: TypeAlias = tuple[str, Known[Any], Known[Any]]
PADDINGS = tuple(2**power for power in range(6, 14))  # 64, for kernels, to 128 × 64 ranks of a tensor group
ROWS, SPARE = 64, 0.005  # of which padded vocabularies are multiples, and the rows at most that are kept free
SHAPE = frozenset(
    f"model.{name}"
    for name in (
        *("layers", "dense_layers", "moe_layers", "hidden_size", "heads", "kv_heads", "head_dim", "ffn_hidden_size"),
        *("vocab_size", "experts", "top_k", "expert_hidden_size"),
    )
)

_EQUAL = {"model.kv_heads": ("model.heads",)}  # as many as without groups, which is a mistake people make


@rule("CN105", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def named_model_mismatch(case: Case) -> Iterator[Finding]:
    """The plan names a published model and gives it another architecture.

    ## What it finds
    A stated number of layers, heads, experts or a width that differs from what is published for the model of that name,
    and is neither what a device, a stage or a group of heads has of it nor another of the model's own figures.
    Where several are stated and none agrees, or the plan gives several models their figures, those may be of another
    one, and the finding is a question.

    ## Why it matters
    Either the name or the figure is wrong; memory, divisibility and throughput hang on the figure.

    ## Example
    ```plan
    - **Model**: Llama-3-70B
    - **Layers**: 64   <!-- CN105 -->
    ```

    ## References
    - the model's entry in stratc/catalog/models.toml, which names its source
    - megatron-core, make_vocab_size_divisible_by, for vocabularies that are padded
    """
    name = case.known("model.name")
    found = [
        each
        for each in departures(case, SHAPE)
        if differ(each[1].value, each[2].value, 0.0) and not _is_vocabulary(*each) and _is_of_the_whole(case, *each)
    ]
    if found and (_describes_several(case) or (len(found) > 1 and not _agrees(case, found))):
        yield _of_another(found, name)
        return
    for key, stated, published in found:
        help_ = "correct the figure, or say that the model differs from the published one"
        yield departed(key, stated, published, name, help=help_)


def _agrees(case: Case, found: list[Departure]) -> bool:
    """Whether a stated figure of the architecture is that of the name."""
    stated = {key for key in SHAPE if isinstance(fact := case.fact(key), Known) and fact.is_stated}
    return bool(stated.difference(key for key, _, _ in found))


def _describes_several(case: Case) -> bool:
    """Whether two figures of the architecture are each stated with several values: those of several models."""
    disputed = {each.key for each in case.plan.conflicts if any(other.is_stated for other in each.others)}
    return len(SHAPE & disputed) > 1


def _of_another(found: list[Departure], name: Known[Any]) -> Finding:
    """One question where nothing agrees: the figures may be those of a smaller model, or the name only mentioned."""
    key, stated, published = found[0]
    first = departed(key, stated, published, name, help="name the model that these figures are of")
    others = "; ".join(f"{WORDS[each][0]}: {shown(each, said.value)}" for each, said, _ in found[1:])
    return replace(
        first,
        message=f"{first.message}, and no other figure agrees ({others})" if others else first.message,
        also=(*first.also, *((said, "and this") for _, said, _ in found[1:])),
        severity=Severity.INFO,
        certainty=Certainty.JUDGEMENT,
    )


def _is_of_the_whole(case: Case, key: str, stated: Known[Any], published: Known[Any]) -> bool:
    """Whether a figure is of the whole model: no share of the published one, and not the figure beside it."""
    beside = (case.fact(each) for each in SHAPE - {key, *_EQUAL.get(key, ())})
    lent = any(isinstance(fact, Known) and fact.value == stated.value for fact in beside)
    return not lent and not is_share(case, key, stated.value, published.value)


def _is_vocabulary(key: str, stated: Known[Any], published: Known[Any]) -> bool:
    """Whether a vocabulary is the published one, rounded or filled up."""
    here, there = stated.value, published.value
    if key != "model.vocab_size" or not isinstance(here, int | float) or not isinstance(there, int | float):
        return False
    return here in (round(there, -3), there // 1024 * 1000) or _is_padded(here, there)


def _is_padded(stated: float, published: float) -> bool:
    """Whether a vocabulary is the published one filled up so that its rows divide evenly, or with a few spare ones."""
    spare = stated % ROWS == 0 and 0 < stated - published <= SPARE * published
    return spare or any(ceil(published / rows) * rows == stated for rows in PADDINGS)
