"""Which layers have experts: "every second layer is a MoE layer", "half of them are sparse"; experts of one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_EVERY = {"second": 2, "other": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_NTH = "|".join(_EVERY)
_SPARSE_ROW = "moe|mixture|sparse|expert|routed"
_SPARSE = rf"(?:{_SPARSE_ROW}|experts)"
_SAID = (
    Pattern(
        rf"(?i)\bevery (?P<every>{_NTH}) (?:transformer |decoder )?(?:layer|block)(?: of \w+)? "
        rf"(?:is|has|uses|carries|contains|gets|being|holds) (?:an? )?{_SPARSE}",
        _SPARSE_ROW,
        "every",
    ),
    Pattern(
        rf"(?i)\b{_SPARSE}(?: layers?| blocks?| FFNs?)? (?:(?:are |is |sits? |stands? )?(?:in|at|on|replac\w+) )?"
        rf"every (?P<every>{_NTH}) (?:transformer |decoder )?(?:layer|block|FFN)",
        _SPARSE_ROW,
        "every",
    ),
    Pattern(
        rf"(?i)\bhalf (?:of )?(?:them|these|the (?:layers|blocks)|all layers) (?:(?:are|is|being|have|use|"
        rf"carry) )?(?:an? )?{_SPARSE}"
        rf"|\balternat\w+ (?:between )?(?:dense and (?:MoE|sparse)|(?:MoE|sparse) and dense) (?:layers|blocks)",
        _SPARSE_ROW,
        "half|alternat",
    ),
)


_ALL_OF_THEM = r"all (?:of (?:them|which) |layers |are |with |being )*(?:MoE|sparse)\b"
_ALL = (
    Pattern(rf"(?i)\blayers?\W{{1,8}}(?P<n>\d{{1,3}})\W{{1,3}}(?P<all>{_ALL_OF_THEM})", "layer", "all ", "moe|sparse"),
    Pattern(
        rf"(?i)\b(?P<n>\d{{1,3}}) (?:transformer |decoder )?layers(?: \(|, )(?P<all>{_ALL_OF_THEM})",
        "layer",
        "all ",
        "moe|sparse",
    ),
)


def all_sparse(sentence: Sentence) -> Iterator[Statement]:
    """Statements "model.moe_layers" where all layers of the model are said to have experts."""
    for pattern in _ALL:
        if found := pattern.search(sentence.text):
            yield said_at(sentence, "model.moe_layers", int(found["n"]), found.span("all"))


def alternating_layers(sentence: Sentence) -> Iterator[Statement]:
    """Statements "model.moe_every", at the words that say it."""
    for pattern in _SAID:
        if found := pattern.search(sentence.text):
            every = found.groupdict().get("every")
            yield said_at(sentence, "model.moe_every", _EVERY[every.lower()] if every else 2, found.span())
            return


_OF_ALL = frozenset(("all", "total", "depth", "network", "model", "whole", "every", "together", "over", "across"))


def of_one_layer(sentence: Sentence, said: Iterable[Statement]) -> Iterator[Statement]:
    """A mention "experts_of_one_layer" where the experts of a device are said to be those of a layer."""
    held = next((each for each in said if each.subject == "strategy.experts_per_device"), None)
    stems = sentence.stems | sentence.key_stems | {token.stem for token in sentence.header}
    if held is not None and "layer" in stems and stems.isdisjoint(_OF_ALL):
        yield replace(held, subject="mention.experts_of_one_layer", value="layer", quantity=None)
