"""BA162: an embedding on some devices, beside devices said to be alike."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import device_count
from stratc.arith.term import plain
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import value_or
from stratc.rules.rule import Finding, rule


@rule("BA162", category=Category.BALANCE, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def embedding_on_some_devices(case: Case) -> Iterator[Finding]:
    """The embedding lies on some devices of a plan that calls all devices alike.

    ## What it finds
    An embedding placed on fewer devices than there are, in a plan of one pipeline stage that says its memory or its
    computation is equal on all of them.

    ## Why it matters
    The table of a large vocabulary is a good part of what such a device holds; its devices have less room for
    everything else, and the first step of every pass waits for them.

    ## Example
    ```plan
    - **Tensor parallelism**: 2
    - **Expert parallelism**: 16
    - **Total GPUs**: 32
    - **Embedding module** (GPU 0-1)   <!-- BA162 -->
    - **Memory**: equal memory usage across all GPUs
    ```

    ## References
    - shoeybi-2019, section 3
    """
    devices, alike = int(plain(device_count(case))), next(case.mentions("devices_alike"), None)
    if alike is None or value_or(case.strategy.pp, 1) > 1:
        return
    claim = next(reversed(tuple(case.claims("embedding.devices"))), None)  # a division comes after what is there
    if claim is not None and claim.value < devices:
        yield Finding(
            at=claim,
            message=f"the embedding lies on {figures(claim.value)} of {figures(devices)} devices, which are said to "
            "be alike",
            stated=claim.value,
            computed=devices,
            also=((alike, "said to be alike"),),
            help="split the embedding over all devices, or say which of them hold more",
        )
