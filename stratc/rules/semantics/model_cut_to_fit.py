"""SE168: the model itself is made smaller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

SEVERAL = 2  # sizes; one alone may be a correction


@rule("SE168", category=Category.SEMANTICS, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def model_cut_to_fit(case: Case) -> Iterator[Finding]:
    """The plan makes the model smaller and calls that a way to deploy it.

    ## What it finds
    Two or more of layers, experts, hidden size and the widths of the blocks that a plan gives as reduced from larger
    ones, in a line or in a table of original and reduced values.

    ## Why it matters
    Degrees and precision change where a trained model lies; fewer layers or a narrower hidden size make another model,
    whose weights do not exist and whose answers are not those that were asked for.

    ## Example
    ```plan
    ## Fitting one device
    - **Layers**: 12 (reduced from 48)   <!-- SE168 -->
    - **Hidden size**: 2048 (reduced from 6144)
    - **Batch size**: 4 (reduced from 64)
    ```

    ## References
    - shoeybi-2019, section 3
    """
    cut = {each.cause: each for each in case.mentions("model_cut")}
    if len(cut) >= SEVERAL:
        first, *others = cut.values()
        yield Finding(
            at=first,
            message=f"{len(cut)} sizes of the model are cut ({_listed(cut)}): another model, not another layout of it",
            label="cut here",
            also=tuple((each, "and here") for each in others),
            help="keep the model and divide it further, choose a narrower precision, or name the smaller one",
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(each.replace("_", " ") for each in names)
