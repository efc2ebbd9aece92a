"""TG403: settings that GPT-NeoX refuses together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.deepspeed_keys import BLOCKS, stranger
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import Options, close_to
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

STOPS = "GPT-NeoX stops at its start"
# Source: calculate_derived and validate_values of megatron/neox_arguments/arguments.py, v1.0 to ea7aefd8.
ALWAYS = (
    Demand("max_position_embeddings", "max_position_embeddings >= seq_length", STOPS),
    Demand("optimizer.params.lr", "optimizer.params.lr >= min_lr", STOPS, where="min_lr"),
)
LATER = (  # checks that its first releases do not have
    Demand("fp16.enabled = on and precision", "precision = fp16", STOPS),
    Demand("bf16.enabled = on and precision", "precision = bfloat16", STOPS),
    Demand("zero_optimization.stage >= 2 and moe_num_experts > 1", "moe_num_experts = 1", STOPS),
    Demand("num_attention_heads", "num_attention_heads % num_kv_heads", STOPS, where="num_kv_heads"),
    Demand(
        "num_kv_heads",
        "num_kv_heads % model_parallel_size",
        STOPS,
        where="num_kv_heads < num_attention_heads and model_parallel_size > 1",
    ),
)


@rule("TG403", category=Category.TARGET, severity=Severity.ERROR)
def neox_setting_refused(case: Case) -> Iterator[Finding]:
    """Settings of GPT-NeoX are ones that it refuses together.

    ## What it finds
    A configuration of GPT-NeoX with fewer positions than tokens of a sequence, a lowest learning rate above the
    first, key-value heads that do not divide the heads or are not divided by tensor parallelism, experts with ZeRO
    stage 2 or 3, a precision beside another, or a key of ZeRO that DeepSpeed does not have. Only likely where its
    first releases do without the check.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```yaml
    pipe-parallel-size: 1
    model-parallel-size: 2
    num-layers: 24
    num-attention-heads: 16
    seq-length: 4096
    max-position-embeddings: 2048  # TG403
    ```

    ## References
    - GPT-NeoX, NeoXArgs
    """
    framework(case, "neox")
    given = Options({each.name.replace("-", "_"): each for each in case.launch}, {})
    yield from demanded(given, ALWAYS)
    yield from (replace(each, certainty=Certainty.LIKELY) for each in demanded(given, LATER))
    for each in case.launch:
        strange = stranger(each.name)
        if strange and strange[0].startswith("zero_optimization"):
            meant = close_to(strange[1], frozenset(BLOCKS[strange[0]].split()))
            yield Finding(
                at=each,
                message=f"`{strange[0]}` of DeepSpeed has no `{strange[1]}`",
                certainty=Certainty.LIKELY,
                help=f"did you mean `{meant}`?" if meant else "leave it out",
            )
