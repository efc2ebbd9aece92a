"""TG504: the hosts that DeepSpeed's launcher counts, and those that its list has."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.options import counted
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

COUNTED = (("@num_nodes", "@hosts", "nodes", "hosts in the list"), ("@num_gpus", "@slots", "GPUs of a node", "slots"))


@rule("TG504", category=Category.TARGET, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def hosts_counted_otherwise(case: Case) -> Iterator[Finding]:
    """The launcher of DeepSpeed counts more hosts or devices than its list has.

    ## What it finds
    A launch by `deepspeed` whose `--num_nodes` is more than the hosts of its list, or whose `--num_gpus` is more than
    the slots of one of them.

    ## Why it matters
    Too many nodes are passed over in silence: the job runs on those that are listed, with fewer replicas. Too many
    GPUs are started all the same, and the ranks without a device fail.

    ## Example
    ```sh
    cat > hosts <<EOF
    worker-0 slots=8  # TG504
    worker-1 slots=8
    EOF
    deepspeed --hostfile hosts --num_nodes 4 --num_gpus 8 train.py --deepspeed_config ds.json
    ```

    ## References
    - deepspeed-config
    """
    for asked, listed, word, there in COUNTED:
        wanted, given = counted(case, asked), counted(case, listed)
        if wanted and given and wanted[0] > given[0]:
            yield Finding(
                at=given[1],
                message=f"{given[0]} {there}, but `--{asked[1:]} {wanted[0]}` counts {wanted[0]} {word}",
                stated=given[0],
                computed=wanted[0],
                also=((wanted[1], "counted here"),),
                help="list as many as are counted, or count those that are listed",
            )
