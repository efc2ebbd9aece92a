"""SE105: sequence parallelism credited with what context parallelism does."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import adds_no_devices
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule


@rule("SE105", category=Category.SEMANTICS, severity=Severity.INFO, certainty=Certainty.LIKELY)
def sequence_parallel_as_context_parallel(case: Case) -> Iterator[Finding]:
    """Sequence parallelism that shares the tensor-parallel devices is said to split sequences inside attention.

    ## What it finds
    A sequence-parallel degree equal to the tensor-parallel one, or one that divides it and adds no devices to those of
    the other degrees or is said to lie inside tensor parallelism, and the statement that it divides long sequences,
    with no context parallelism.

    ## Why it matters
    Sequence parallelism of that kind divides the activations of norms and dropout only; attention still sees whole
    sequences on every device.  To split those takes context parallelism (or Ulysses) and its own exchange of keys and
    values.

    ## Example
    ```plan
    - **Tensor Parallel**: TP = 2
    - **Sequence Parallel**: SP = 2 (combined with TP)
    - **Benefit**: sequence parallelism partitions long sequences across GPUs within attention   <!-- SE105 -->
    ```

    ## References
    - korthikanti-2022, section 4.2.2
    """
    sp, tp = case.known("strategy.sp"), case.known("strategy.tp")
    context = case.fact("strategy.cp")
    if (
        sp.value < 2
        or not (sp.value == tp.value or (tp.value % sp.value == 0 and _shares_devices(case)))
        or (isinstance(context, Known) and context.value > 1)
    ):
        return
    for mention in case.mentions("sequence_split"):
        yield Finding(
            at=mention,
            message=f"sequences split inside attention by sequence parallelism {sp.value}, which shares the "
            f"{tp.value} tensor-parallel devices and leaves attention whole",
            label="said here",
            also=((sp, "sequence parallelism"), (tp, "tensor parallelism")),
            help="name context parallelism and give it devices, or speak of norms and dropout",
        )
        return


def _shares_devices(case: Case) -> bool:
    return any(case.mentions("sequence_inside_tensor")) or adds_no_devices(case)
