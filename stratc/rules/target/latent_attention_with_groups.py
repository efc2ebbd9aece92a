"""TG106: latent attention beside groups of KV heads in Megatron-LM."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG106", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def latent_attention_with_groups(case: Case) -> Iterator[Finding]:
    """Latent attention is given groups of key-value heads.

    ## What it finds
    A plan for Megatron-LM with latent attention that states fewer key-value heads than query heads.

    ## Why it matters
    Latent attention expands its compressed cache to as many keys as queries. Megatron-LM refuses both switches
    together since 0.16 and before that took the groups in silence.

    ## Example
    ```strat
    model {
      heads = 32
      kv_heads = 8  # TG106
      attention = mla
      kv_lora_rank = 512
    }
    strategy { framework = "Megatron-LM" }
    ```

    ## References
    - deepseek-v2, section 2.1
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    heads, groups = case.known("model.heads"), case.known("model.kv_heads")
    latent = case.has("model.kv_lora_rank") or case.known("model.attention").value == "mla"
    if not latent or not groups.is_stated or groups.value == heads.value:
        return
    yield Finding(
        at=groups,
        message=f"latent attention with {groups.value} groups of key-value heads for {heads.value} heads",
        stated=groups.value,
        also=((heads, "query heads"),),
        help="leave the groups out: latent attention has none",
    )
