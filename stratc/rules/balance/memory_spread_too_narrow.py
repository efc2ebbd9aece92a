"""BA163: the memory of devices said to lie closer together than the ends of the pipeline allow."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.memory.memory import device_memory
from stratc.analysis.model.parameters import is_disputed
from stratc.analysis.said.phase import trains
from stratc.arith.unit import BYTE, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("BA163", category=Category.BALANCE, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def memory_spread_too_narrow(case: Case) -> Iterator[Finding]:
    """The memory of all devices is said to lie within a figure that the weights of the stages alone exceed.

    ## What it finds
    "± 0.1 GB" of the devices of a pipeline that serves, where the weights of the fullest stage exceed those of the
    emptiest by more than twice that.

    ## Why it matters
    The embedding lies on the first stage, the output layer on the last; those between have neither.  What looks equal
    was worked out for one device and given to all, and the fullest one decides how much cache fits.

    ## Example
    ```plan
    # Serving
    - **Layers**: 80
    - **Hidden size**: 8192
    - **Attention heads**: 64
    - **FFN hidden size**: 28672
    - **Vocabulary size**: 128256
    - **Precision**: BF16
    - **Tensor parallelism**: TP = 2
    - **Pipeline parallelism**: PP = 4
    - **TTFT**: ≤ 1 s
    - **Memory balance**: 41 GB ± 0.2 GB across all GPUs   <!-- BA163 -->
    ```

    ## References
    - shoeybi-2019, section 3
    """
    stages = case.known("strategy.pp")
    if trains(case) or is_disputed(case, "strategy.tp", "strategy.pp", "model.vocab_size", "model.hidden_size"):
        return
    weights = [each.weights for each in device_memory(case).stages if each.weights is not None]
    apart = max(weights) - min(weights) if weights else 0.0
    for claim in case.claims("spread.memory"):
        if len(weights) == stages.value > 1 and apart > 2 * claim.quantity.high:
            yield Finding(
                at=claim,
                message=f"± {claim.quantity.show()} on all devices, but the weights of the {figures(stages.value)} "
                f"stages take {show(min(weights), BYTE)} to {show(max(weights), BYTE)}, as only the ends hold "
                "embedding and output layer",
                stated=claim.value,
                computed=apart,
                unit=BYTE,
                also=((stages, "stages"),),
                help="give the memory of the first, a middle and the last stage",
            )
            return
