"""TG212: arguments of a program, and the configuration that it hands to DeepSpeed."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

FIGURES = (
    # an argument of Megatron-DeepSpeed or of a trainer, and the key that must say the same
    ("--micro-batch-size", "train_micro_batch_size_per_gpu"),
    ("--per-device-train-batch-size", "train_micro_batch_size_per_gpu"),
    ("--global-batch-size", "train_batch_size"),
    ("--gradient-accumulation-steps", "gradient_accumulation_steps"),
    ("--zero-stage", "zero_optimization.stage"),
)
SWITCHES = (("--bf16", "fp16.enabled"), ("--fp16", "bf16.enabled"), ("--fp16", "bfloat16.enabled"))


@rule("TG212", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def configuration_of_other_figures(case: Case) -> Iterator[Finding]:
    """The arguments of a launch and its configuration of DeepSpeed say different things.

    ## What it finds
    A launch whose batch, micro-batch, steps, ZeRO stage or precision is another one in the configuration of DeepSpeed
    that it names.

    ## Why it matters
    Two programs share the job. One stops where they disagree; the other feeds batches that the engine does not count
    on.

    ## Example
    ```sh
    cat > ds.json <<EOF
    {"train_micro_batch_size_per_gpu": 2}
    EOF
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --micro-batch-size 4  # TG212
      --deepspeed
      --deepspeed_config ds.json
    )
    deepspeed --num_gpus 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed", "megatron")
    given = options(case, {})
    for name, key in FIGURES:
        said, told = given.amount(name), given.amount(key)
        if said is not None and told is not None and said != told:
            yield _apart(case, name, key, f"`{name} {said:g}`", f"is {told:g}")
    for name, key in SWITCHES:
        if given.has(name) and given.value(name) != "off" and given.value(key) == "on":
            yield _apart(case, name, key, f"`{name}`", "is true")


def _apart(case: Case, name: str, key: str, seen: str, told: str) -> Finding:
    settings = options(case, {}).settings
    return Finding(
        at=settings[name],
        message=f"{seen}, but `{key}` {told} in the configuration of DeepSpeed",
        also=((settings[key], "there"),),
        help="let both come from one figure",
    )
