"""What rules on published figures share: the finding where a plan states another one."""

from __future__ import annotations

from typing import Any

from stratc.analysis.said.values import shown
from stratc.analysis.words import WORDS
from stratc.ir.origin import Known
from stratc.rules.rule import Finding


def departed(key: str, stated: Known[Any], published: Known[Any], name: Known[Any], help: str) -> Finding:  # noqa: A002
    """A figure beside the published one of what the plan names."""
    words, _ = WORDS[key]
    here, there = shown(key, stated.value), shown(key, published.value)
    return Finding(
        at=stated,
        message=f"{words}: {here} stated, but {name.value} has {there}",
        stated=here,
        computed=there,
        also=((name, "named here"),),
        help=help,
    )
