"""TG209: optimizers that DeepSpeed does not take."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import DEEPSPEED, options
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

OWN = {
    *("adagrad", "adam", "adamw", "lamb", "muadam", "muadamw", "musgd", "lion", "muon"),
    *("onebitadam", "onebitlamb", "zerooneadam"),  # of older releases
}
OF_PYTORCH = {
    *("ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "Muon", "NAdam", "RAdam"),
    *("RMSprop", "Rprop", "SGD", "SparseAdam"),
}
UNTESTED = {
    *("asgd", "adadelta", "adafactor", "adamax", "lamb", "lbfgs", "nadam", "radam", "rmsprop", "rprop", "sgd"),
}


@rule("TG209", category=Category.TARGET, severity=Severity.ERROR)
def optimizer_refused(case: Case) -> Iterator[Finding]:
    """The optimizer is one that DeepSpeed does not have, or not with ZeRO.

    ## What it finds
    A configuration of DeepSpeed with an optimizer that neither it nor PyTorch has, or with one under ZeRO that it
    has not been tested with and is not allowed untested.

    ## Why it matters
    The job stops when the engine makes its optimizer.

    ## Example
    ```json
    {
      "train_micro_batch_size_per_gpu": 4,
      "optimizer": {"type": "SGD"},  // TG209
      "zero_optimization": {"stage": 2}
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    chosen, given = case.setting("optimizer.type"), options(case, DEEPSPEED)
    name = given.value("optimizer.type")
    if chosen is None or not name:
        return
    if name.casefold() not in OWN and name not in OF_PYTORCH:
        yield Finding(
            at=chosen,
            message=f"neither DeepSpeed nor PyTorch has an optimizer `{name}`",
            certainty=Certainty.LIKELY,
            help="name an optimizer that one of them has",
        )
    untested = name.casefold() in UNTESTED and given.value("zero_allow_untested_optimizer") == "off"
    if untested and (given.number("zero_optimization.stage") or 0) > 0:
        yield Finding(
            at=chosen,
            message=f"{name} under ZeRO, which DeepSpeed refuses unless untested optimizers are allowed",
            help="set `zero_allow_untested_optimizer` to true, or take Adam",
        )
