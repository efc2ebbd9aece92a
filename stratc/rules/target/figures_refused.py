"""TG136: figures of arguments that Megatron-LM refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import Options, options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

STOPS = "Megatron-LM stops at its start"
STEPS, LOSSES, BALANCING = "--step-batch-size-schedule", "--moe-aux-loss-coeff", "--moe-router-load-balancing-type"
_ENTRY = re.compile(r"(\d+(?:\.\d+)?)[KMBTkmbt]?:(\d+(?:\.\d+)?)[KMBTkmbt]?")


@rule("TG136", category=Category.TARGET, severity=Severity.ERROR)
def figures_refused(case: Case) -> Iterator[Finding]:
    """Figures of an argument are not of the form or number that Megatron-LM takes.

    ## What it finds
    A launch of Megatron-LM whose steps of the batch are no pairs `THRESHOLD:SIZE` or do not begin at 0; whose ways
    of balancing experts have not one coefficient each; or that keeps more layers in BF16 at an end than a stage has.

    ## Why it matters
    The job stops at its start.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --micro-batch-size 1
      --step-batch-size-schedule "256 1M:512"  # TG136
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    given = options(case)
    yield from _steps(given)
    yield from _losses(given)
    yield from _ends(given)


def _steps(given: Options) -> Iterator[Finding]:
    """Entries of a schedule of batches."""
    entries = (given.value(STEPS) or "").replace(",", " ").split()
    if not entries or STEPS not in given.settings:
        return
    pairs = [_ENTRY.fullmatch(each) for each in entries]
    wrong = next((each for each, pair in zip(entries, pairs, strict=True) if pair is None), "")
    if wrong:
        message = f"`{wrong}` is no pair of a threshold and a batch: {STOPS}"
    elif not any(pair and float(pair[1]) == 0 for pair in pairs):
        message = f"no step of the batch begins at 0: {STOPS}"
    else:
        return
    yield Finding(at=given.settings[STEPS], message=message, help="write `0:SIZE`, then `THRESHOLD:SIZE` for each step")


def _losses(given: Options) -> Iterator[Finding]:
    """Ways of balancing experts, each of which has a coefficient."""
    ways, coefficients = given.value(BALANCING), given.value(LOSSES)
    if not ways or coefficients in (None, "on") or len(ways.split()) < 2:
        return
    count = len((coefficients or "").split())
    if count != len(ways.split()):
        yield Finding(
            at=given.settings.get(LOSSES, given.settings[BALANCING]),
            message=f"{count} coefficients for {len(ways.split())} ways of balancing: {STOPS}",
            also=((given.settings[BALANCING], "ways of balancing"),),
            help=f"give {LOSSES} a coefficient for each",
        )


def _ends(given: Options) -> Iterator[Finding]:
    """Layers in BF16 at both ends, which the first and the last stage must hold."""
    layers, stages = given.number("--num-layers"), given.number("--pipeline-model-parallel-size")
    if not layers or not stages or not (given.has("--first-last-layers-bf16") and given.has("--fp8-format")):
        return
    for end in ("start", "end"):
        name = f"--num-layers-at-{end}-in-bf16"
        count = given.number(name) if name in given.settings else None
        if count is not None and not 0 <= count <= layers // stages:
            yield Finding(
                at=given.settings[name],
                message=f"{count} layers in BF16, but a stage has {layers // stages} of {layers}: {STOPS}",
                help=f"choose {layers // stages} at most",
            )
