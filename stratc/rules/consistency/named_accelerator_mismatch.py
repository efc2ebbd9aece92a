"""CN111: a published accelerator by name, with other figures."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.model.published import departures
from stratc.analysis.said.values import differ
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.published import departed
from stratc.rules.rule import Finding, rule

FIGURES = ("hardware.memory", "hardware.memory_bandwidth")
FAR = 2  # a smaller figure further away is no derating but another thing
MOST = 10  # a larger one is a slip, unless it is that of several devices
WHOLE = 0.06  # of a multiple of the published figure


@rule("CN111", category=Category.TOPOLOGY, severity=Severity.INFO, certainty=Certainty.LIKELY)
def named_accelerator_mismatch(case: Case) -> Iterator[Finding]:
    """The plan names a published accelerator and gives it other figures.

    ## What it finds
    Stated memory or memory bandwidth more than a tenth away from what is published for the accelerator of that name.
    Silent for less than half of it and for a multiple, which several devices have.

    ## Why it matters
    The figures may be derated on purpose, or belong to another device; capacity and roofs follow the figure, the order
    follows the name.

    ## Example
    ```plan
    - **GPU type**: NVIDIA H100 SXM
    - **VRAM capacity**: 64 GB   <!-- CN111 -->
    ```

    ## References
    - the accelerator's entry in stratc/catalog/accelerators.toml, which names its source
    """
    name = case.known("hardware.accelerator")
    for key, stated, published in departures(case, FIGURES):
        if _is_derated(stated.value, published.value):
            yield departed(key, stated, published, name, help="correct the figure, or say that it is derated")


def _is_derated(stated: float, published: float) -> bool:
    ratio = stated / published
    several = round(ratio) > 1 and abs(ratio - round(ratio)) <= WHOLE * ratio
    return differ(stated, published, 0.1) and 1 / FAR <= ratio <= MOST and not several
