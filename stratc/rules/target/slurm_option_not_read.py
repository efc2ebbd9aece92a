"""TG505: options that sbatch does not read."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule


@rule("TG505", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def slurm_option_not_read(case: Case) -> Iterator[Finding]:
    """An option in a script for Slurm is not read as it is meant.

    ## What it finds
    A script whose `#SBATCH` lines go on behind its first command, or count nodes, tasks or GPUs by a variable of the
    shell.

    ## Why it matters
    sbatch stops reading options at the first command and says nothing, so the job gets other nodes than the script
    asks for. It knows no variables either: it takes their names for the value.

    ## Example
    ```sh
    #SBATCH --nodes=4
    module load cuda
    #SBATCH --gpus-per-node=8  # TG505
    srun torchrun --nnodes 4 --nproc_per_node 8 train.py --num_layers 8
    ```

    ## References
    - Slurm, sbatch
    """
    late, unfilled = case.setting("#late"), case.setting("#unfilled")
    if late is not None:
        yield Finding(
            at=late,
            message=f"`{late.value}` stands behind the first command, where sbatch does not read it",
            help="write it above all commands",
        )
    if unfilled is not None:
        yield Finding(
            at=unfilled,
            message=f"`--{unfilled.value}` is a variable, which sbatch does not fill in",
            help="write the figure, or give the option to sbatch itself",
        )
