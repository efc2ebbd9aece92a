"""SE142: a kind of parallelism with the collective of another."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE142", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def collective_of_another_kind(case: Case) -> Iterator[Finding]:
    """A collective is said to be that of a kind of parallelism that needs another one.

    ## What it finds
    "Pipeline parallelism needs an all-reduce after every layer", "data parallelism uses an all-to-all", in a sentence
    that speaks of no other kind.

    ## Why it matters
    Volume, number of messages and the links they need differ by kind: stages pass activations on from one to the next,
    replicas reduce gradients, tensor parallelism reduces activations, expert parallelism exchanges tokens.

    ## Example
    ```plan
    - Pipeline parallelism needs an all-reduce after every layer   <!-- SE142 -->
    ```

    ## References
    - narayanan-2021, section 3.2
    """
    for mention in case.mentions("collective_of_another_kind", roles=(Role.PLAN, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message="not its collective: stages of a pipeline pass activations on point to point, replicas all-reduce "
            "gradients, and only experts exchange tokens by all-to-all",
            label="said here",
            help="name the collective or the kind of parallelism that is meant",
        )
