"""TG304: expert parallelism of a server for a model without experts."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Given
from stratc.rules.rule import Finding, rule


@rule("TG304", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def experts_of_dense_model(case: Case) -> Iterator[Finding]:
    """A server is to split the experts of a model that has none.

    ## What it finds
    A launch of vLLM or SGLang with expert parallelism for a model whose published shape is known and dense.

    ## Why it matters
    vLLM refuses to start; SGLang takes the degree in silence and does nothing with it.

    ## Example
    ```sh
    vllm serve meta-llama/Meta-Llama-3-8B --tensor-parallel-size 4 --enable-expert-parallel  # TG304
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    ep, layers, name = case.known("strategy.ep"), case.known("model.layers"), case.known("model.name")
    asked = ep.is_stated and (ep.value > 1 or case.setting("--enable-expert-parallel"))
    if case.has("model.experts") or not isinstance(layers.origin, Given) or not asked:
        return
    refused = "which vLLM refuses" if runs == "vllm" else "which SGLang passes over in silence"
    yield Finding(
        at=ep,
        message=f"expert parallelism for {name.value}, a model without experts, {refused}",
        also=((name, "model"),),
        severity=None if runs == "vllm" else Severity.WARNING,
        help="leave expert parallelism out",
    )
