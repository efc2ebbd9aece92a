"""TG302: KV heads on more tensor-parallel devices than there are."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import CALLED, framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG302", category=Category.TARGET, severity=Severity.INFO, certainty=Certainty.LIKELY)
def kv_heads_copied(case: Case) -> Iterator[Finding]:
    """Tensor parallelism is wider than there are key-value heads, so the engine keeps copies of them.

    ## What it finds
    A plan for vLLM or SGLang whose tensor-parallel degree is a multiple of its key-value heads.

    ## Why it matters
    Nothing is said when the engine starts. The key-value cache of a device no longer shrinks with the degree,
    and room for requests that was counted on is not there.

    ## Example
    ```strat
    model {
      heads = 32
      kv_heads = 8
    }
    strategy {
      framework = "vLLM"
      tp = 16  # TG302
    }
    ```

    ## References
    - vllm-parallelism
    """
    runs = framework(case, "vllm", "sglang")
    heads, tp = case.known("model.kv_heads"), case.known("strategy.tp")
    copies = tp.value // heads.value
    if case.has("model.kv_lora_rank") or copies < 2 or tp.value % heads.value:
        return
    kept = f"{CALLED[runs]} keeps {copies} copies of each and of its cache"
    yield Finding(
        at=tp,
        message=f"{heads.value} KV heads on tp {tp.value}: {kept}",
        stated=tp.value,
        computed=heads.value,
        also=((heads, "KV heads"),),
        help="count the cache per device with the degree of the KV heads, or use data-parallel attention",
    )
