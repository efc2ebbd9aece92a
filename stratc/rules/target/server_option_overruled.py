"""TG308: arguments that SGLang changes in silence."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.demand import Demand
from stratc.analysis.frameworks.options import served
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.demanded import demanded
from stratc.rules.rule import Finding, rule

DEMANDS = (
    Demand("--ep-size and --moe-a2a-backend = deepep", "--ep-size >= --tp-size", "SGLang takes all ranks in silence"),
    Demand("--enable-dp-attention", "--dp-size > 1 or --attn-dp-size > 1", "attention is not split, in silence"),
)


@rule("TG308", category=Category.TARGET, severity=Severity.WARNING)
def server_option_overruled(case: Case) -> Iterator[Finding]:
    """An argument of a server is changed or passed over in silence.

    ## What it finds
    A launch of SGLang that exchanges tokens with DeepEP and names fewer expert-parallel than tensor-parallel ranks,
    or asks for data-parallel attention on one replica.

    ## Why it matters
    SGLang sets another degree and says nothing: memory and traffic are not those of the plan.

    ## Example
    ```sh
    python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 \
      --tp-size 8 --moe-a2a-backend deepep \
      --ep-size 4  # TG308
    ```

    ## References
    - vllm-parallelism
    """
    framework(case, "sglang")
    yield from demanded(served(case, "sglang"), DEMANDS)
