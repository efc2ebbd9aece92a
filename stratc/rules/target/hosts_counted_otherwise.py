"""TG504: the hosts that DeepSpeed's launcher counts, and those that its list has."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
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
        wanted, given = case.setting(asked), case.setting(listed)
        if wanted is None or given is None or not isinstance(given.value, int):
            continue
        number = int(text) if (text := str(wanted.value)).isdecimal() else 0
        if number > given.value:
            yield Finding(
                at=given,
                message=f"{given.value} {there}, but `--{asked[1:]} {number}` counts {number} {word}",
                stated=given.value,
                computed=number,
                also=((wanted, "counted here"),),
                help="list as many as are counted, or count those that are listed",
            )
