"""TG211: values that only a trainer fills in."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

SIZES = ("train_batch_size", "train_micro_batch_size_per_gpu", "gradient_accumulation_steps")


@rule("TG211", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def value_left_to_a_trainer(case: Case) -> Iterator[Finding]:
    """A program without a trainer of Hugging Face reads a configuration that leaves values to one.

    ## What it finds
    A launch that hands DeepSpeed a configuration by its own argument, --deepspeed_config, where sizes of the batch
    are `auto`.

    ## Why it matters
    The trainer and Accelerate of Hugging Face replace `auto`; DeepSpeed itself divides by it and stops.

    ## Example
    ```sh
    cat > ds.json <<EOF
    {"train_micro_batch_size_per_gpu": "auto"}
    EOF
    deepspeed --num_gpus 8 train.py --deepspeed_config ds.json  # TG211
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    named = case.setting("--deepspeed-config")
    left = [each for each in map(case.setting, SIZES) if each is not None and each.value == ""]
    if named is None or not left:
        return
    names = " and ".join(f"`{each.name}`" for each in left)
    yield Finding(
        at=named,
        message=f"{names} left to a trainer, but the file goes to DeepSpeed itself, which stops",
        also=tuple((each, "left open") for each in left),
        help="write numbers, or hand the file to the trainer with --deepspeed",
    )
