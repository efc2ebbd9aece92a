"""RN109: the energy of a run against power and time."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.run import energy, judged
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.held import held
from stratc.rules.rule import Finding, rule

NEAR = 0.25
MOST = 2.0  # hosts, network and cooling beside the devices
ADVICE = "multiply the power by the hours of the run"


@rule("RN109", category=Category.ARITHMETIC, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def run_energy_mismatch(case: Case) -> Iterator[Finding]:
    """The energy of a run is not its power × its time.

    ## What it finds
    An energy of the run below three quarters of the power of all devices × the time of the run, or above twice as
    much, which hosts, network and cooling take at most.

    ## Why it matters
    Electricity is bought and emissions are reported by this figure.

    ## Example
    ```plan
    # Training
    - **GPUs**: 64 H100
    - **Power limit per GPU**: 700 W
    - **Training time**: 10 days
    - **Energy of the run**: 448 kWh   <!-- RN109 -->
    ```

    ## References
    - iso-80000-1, rules for rounding
    """
    yield from held(case, judged(case, "energy.run"), energy, "for the run", NEAR, ADVICE, most=MOST)
