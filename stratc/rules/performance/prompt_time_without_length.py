"""PE273: the time of prompts of which no length is stated."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.figures.derivation import asserted, prompt_tokens, time_is_derived
from stratc.arith.term import Named, plain
from stratc.arith.unit import PERCENT, figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.statement import Relation
from stratc.rules.rule import Finding, rule

LENGTHS = ("workload.sequence_length", "workload.prompt_length")
SHARE = 0.5  # of the peak, which large products of matrices reach


@rule("PE273", category=Category.LATENCY, severity=Severity.INFO, certainty=Certainty.JUDGEMENT)
def prompt_time_without_length(case: Case) -> Iterator[Finding]:
    """The time of the prompt phase is stated, but not how long the prompts are.

    ## What it finds
    A time of prefill, or to the first token, in a plan that states no length of prompts or sequences and works out no
    such time.  It says how many tokens the devices compute in that time at half of their peak, with all
    parameters of the model for each token.

    ## Why it matters
    The time grows with the tokens of the prompts; without their number nobody can say whether it is short or long.

    ## Example
    ```plan
    - **Model**: 20B parameters
    - **Total GPUs**: 16
    - **Computing Power**: 300 TFLOPS per GPU
    - **Prefill latency**: 3.0 s   <!-- PE273 -->
    ```

    ## References
    - kaplan-2020, section 2.1
    """
    if case.has(LENGTHS[0]) or case.has(LENGTHS[1]) or any(case.claims("tokens.step")):
        return
    times = [each for metric in ("latency.prefill", "latency.ttft") for each in asserted(case, metric)]
    claim = next((each for each in times if each.relation is Relation.IS and each.working is None), None)
    if claim is None or time_is_derived(case, claim):
        return
    spent = Named("", claim.value, claim, claim.quantity.unit)
    share = Named("of the peak", SHARE, None, PERCENT)
    tokens = prompt_tokens(case, spent, share)
    yield Finding(
        at=claim,
        message=f"{claim.quantity.show()} for prompts of no stated length: the devices compute "
        f"{figures(plain(tokens) / 1e6, 2)} M tokens or more in that time at half of their peak",
        because=tokens,
        stated=claim.value,
        help="state the length and the number of the prompts that the time is for",
    )
