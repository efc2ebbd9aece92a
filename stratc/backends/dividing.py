"""Sizes of a network that its heads and degrees must divide, for Megatron-LM and for Megatron-DeepSpeed alike.

Source: of either, arguments.py (heads), the `divide` of tensor_parallel/layers.py, the groups of attention.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stratc.analysis.case import Case
from stratc.analysis.layout.launch import Problem
from stratc.backends.flags import Setting, value, when
from stratc.ir.origin import Known


def undivided(name: str, fact: Known[Any], degree: str, by: Known[int]) -> Iterator[Problem]:
    """A size that a degree does not divide; both names are keys of the plan or parts of them."""
    if fact.value % by.value:
        named, shown = name.replace("_", " "), degree.replace("_", " ")
        yield Problem(f"{named} {fact.value} do not divide by {shown} {by.value}", (fact, by), (named, shown))


def head_size(case: Case) -> Iterator[Problem]:
    """Heads must cut the hidden size into equal ones, unless they have a size of their own."""
    width, heads = value(case, "model.hidden_size"), value(case, "model.heads")
    if width and heads and width.value % heads.value and not (case.has("model.head_dim") or is_latent(case)):
        message = f"hidden size {width.value} does not divide by {heads.value} heads"
        yield Problem(message, (width, heads), ("hidden size", "heads"))


def query_groups(case: Case) -> Iterator[Problem]:
    """Every group of query heads has as many of them: the first step fails otherwise, the start does not."""
    heads, groups = value(case, "model.heads"), value(case, "model.kv_heads")
    if heads and groups and heads.value % groups.value and not is_latent(case):
        message = f"{heads.value} heads do not divide by {groups.value} KV heads"
        yield Problem(message, (heads, groups), ("heads", "KV heads"))


def is_latent(case: Case) -> Setting:
    """The switch of latent attention: as the plan calls it, or because it gives the rank of the cache."""
    rank = value(case, "model.kv_lora_rank")
    return when(value(case, "model.attention"), "mla") or (Known(True, rank.origin) if rank else None)
