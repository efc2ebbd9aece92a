"""TG125: arguments that Megatron-LM cannot do without."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.options import options
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule

NEEDED = (
    ("--num-layers", "--encoder-num-layers", "--hybrid-layer-pattern", "--hybrid-override-pattern"),
    ("--hidden-size",),
    ("--num-attention-heads",),
    ("--seq-length", "--encoder-seq-length"),
    ("--max-position-embeddings",),
    ("--micro-batch-size",),
    ("--train-iters", "--train-samples"),
)
USUAL = (("--lr",), ("--tokenizer-type", "--vocab-file", "--tokenizer-model", "--vocab-size"))
MOST = 2  # a launch that leaves out more of what is needed or usual is shown in part
TRAINS = ("--lr", "--train-iters", "--train-samples")
ELSEWHERE = ("--use-checkpoint-args", "--use-mp-args-from-checkpoint-args", "--yaml-cfg", "--skip-train")


@rule("TG125", category=Category.TARGET, severity=Severity.ERROR)
def argument_left_out(case: Case) -> Iterator[Finding]:
    """A launch leaves out an argument that training cannot do without.

    ## What it finds
    A launch of Megatron-LM that trains and gives no layers, hidden size, heads, length of sequences, positions,
    size of micro-batches or length of training, and does not read them from a checkpoint or a file.

    ## Why it matters
    The job stops at its start, or when it makes its schedule of learning rates.

    ## Example
    ```sh
    ARGS=(
      --num-layers 32
      --hidden-size 4096
      --num-attention-heads 32
      --bf16
      --lr 1e-4  # TG125
      --seq-length 4096
      --max-position-embeddings 4096
      --micro-batch-size 1
    )
    torchrun --nproc_per_node 8 pretrain_gpt.py "${ARGS[@]}"
    ```

    ## References
    - megatron-core, validate_args
    """
    framework(case, "megatron")
    given, trains = options(case), next((each for each in map(case.setting, TRAINS) if each), None)
    if trains is None or given.is_open or any(map(case.setting, ELSEWHERE)):
        return
    missing = [names[0] for names in NEEDED if not any(map(case.setting, names))]
    is_whole = len(missing) + sum(not any(map(case.setting, names)) for names in USUAL) <= MOST
    for name in missing if is_whole else ():
        yield Finding(at=trains, message=f"a training run without `{name}`", label="a run", help=f"give `{name}`")
