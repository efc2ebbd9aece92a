"""SE163: sparse experts taken for a reason of high utilisation."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE163", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def sparsity_taken_for_load(case: Case) -> Iterator[Finding]:
    """A high utilisation of the devices is credited to the sparsity of a mixture of experts.

    ## What it finds
    "Compute utilisation: high due to MoE sparsity", "sparse activation keeps GPU utilisation high".

    ## Why it matters
    Sparsity leaves most of the weights that are held and read without work: there are fewer operations for every byte
    of weights than in a dense model, so that it takes a larger batch to keep the devices busy.

    ## Example
    ```plan
    - **Experts**: 64 per layer, top-2
    - **Compute utilization**: High due to MoE sparsity   <!-- SE163 -->
    ```

    ## References
    - williams-2009, section 3
    """
    for mention in case.mentions("busy_by_sparsity", roles=(Role.PLAN, Role.TARGET)):
        yield Finding(
            at=mention,
            message="a high utilisation credited to sparsity, by which a token works with a part of the weights that "
            "are held: the devices have fewer operations for each byte of weights",
            label="said here",
            help="derive the utilisation from the tokens that each expert gets in a pass",
        )
