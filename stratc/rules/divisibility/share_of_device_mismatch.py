"""DI205: what a tensor-parallel device has of KV heads, feed-forward width and vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.promise import given_once
from stratc.arith.term import Apply, lift, plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

_OF = {
    # metric: the fact that is dealt out, what it counts
    "device.kv_heads": ("model.kv_heads", "KV heads"),
    "device.ffn_width": ("model.ffn_hidden_size", "columns of the feed-forward block"),
    "device.vocabulary": ("model.vocab_size", "rows of the vocabulary"),
}
_PADDED = 128  # rows to which each share may be filled up


@rule("DI205", category=Category.DIVISIBILITY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def share_of_device_mismatch(case: Case) -> Iterator[Finding]:
    """A device is given another share of the model than tensor parallelism leaves it.

    ## What it finds
    KV heads, columns of the feed-forward block or rows of the vocabulary of a device that are not those of the model
    divided by the tensor-parallel degree.  A device never has less than one KV head: with more devices than KV heads
    they are copied.  Rows may be filled up.  Silent in a model with experts, whose width may be that of the experts,
    and where a section gives several shares, as those of several layouts.

    ## Why it matters
    Weights, cache and kernels of a device are sized by this number.

    ## Example
    ```plan
    - **FFN size**: 28672
    - **TP**: 8
    - Each GPU holds 7168 FFN columns   <!-- DI205 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    if case.has_several("strategy.tp") or case.is_one_of_several or not case.known("strategy.tp").is_stated:
        return
    degree = case.number("strategy.tp")
    for metric, (key, what) in _OF.items():
        for claim in given_once(case.claims(metric)):
            if not case.has(key) or case.has_several(key):
                continue
            share = Apply("÷", lift(case.number(key)), lift(degree))
            if not _holds(case, metric, claim.value, plain(share)):
                yield Finding(
                    at=claim,
                    message=f"{figures(claim.value)} {what} on a device, but {share} = {figures(plain(share))}",
                    because=share,
                    stated=claim.value,
                    also=((case.known("strategy.tp"), "tensor parallelism"),),
                    help="divide what the model has by the tensor-parallel degree",
                )


def _holds(case: Case, metric: str, stated: float, share: float) -> bool:
    """Whether a count can be that of a device."""
    if metric == "device.kv_heads":
        return stated == max(1.0, share) or not (share.is_integer() or share < 1)
    if metric == "device.vocabulary":
        return share <= stated < share + _PADDED
    return stated == share or case.has("model.experts")
