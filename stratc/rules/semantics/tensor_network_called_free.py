"""SE147: tensor parallelism over a network that is said to cost nothing."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE147", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def tensor_network_called_free(case: Case) -> Iterator[Finding]:
    """Tensor parallelism between nodes, or over a network, is said to be free, cheap or negligible.

    ## What it finds
    "TP16 across two nodes is practically free", "TP8 over everything: its all-reduces cost next to nothing on the
    cable".  Traffic inside a node, and that of gradients, is left alone.

    ## Why it matters
    Every layer waits for its all-reduces, two in the forward pass, and nothing else can run meanwhile.  A network has
    a tenth of the bandwidth of links inside a node and several times their latency.

    ## Example
    ```plan
    - **Strategy**: TP = 16
    - TP16 across two nodes is practically free   <!-- SE147 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    for mention in case.mentions("tensor_over_network_free", roles=(Role.PLAN, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message="said to cost next to nothing, but tensor parallelism all-reduces the activations twice in every "
            "layer, and the layer waits for it",
            label="said here",
            help="keep the tensor-parallel group inside a node, or count the time of its all-reduces on that link",
        )
