"""SE141: a stage of ZeRO that is said to shard what another stage does."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

SHARDS = {
    "copies_of_sharded": "stage 3 shards the weights too, so that each device keeps one part of them and gathers the "
    "rest layer by layer",
    "shards_too_much": "stage 1 shards the optimizer state, stage 2 the gradients as well, only stage 3 the weights",
}


@rule("SE141", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def zero_stage_confused(case: Case) -> Iterator[Finding]:
    """A stage of ZeRO is said to shard what only another stage does.

    ## What it finds
    "ZeRO-3 keeps a full copy of the weights on every GPU", "ZeRO-1 shards the gradients", "ZeRO-2 shards the
    parameters".

    ## Why it matters
    The stage decides what of the 16 bytes a parameter is divided: memory counted for the wrong one is off by factors.

    ## Example
    ```plan
    - ZeRO-2 shards the parameters over 8 GPUs   <!-- SE141 -->
    ```

    ## References
    - rajbhandari-2020, section 5
    """
    for mention in case.mentions(*SHARDS, roles=(Role.PLAN, Role.ALTERNATIVE)):
        yield Finding(
            at=mention,
            message=f"not what this stage of ZeRO does: {SHARDS[mention.concept]}",
            label="said here",
            help="name the stage that is meant",
        )
