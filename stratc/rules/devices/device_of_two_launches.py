"""DV217: a device that two launches beside each other see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stratc.analysis.case import Case
from stratc.analysis.frameworks.visible import Launch, launches
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

_SEVERAL = 3  # launches that deal devices out


@rule("DV217", category=Category.GPU_COUNT, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def device_of_two_launches(case: Case) -> Iterator[Finding]:
    """Two launches of a script are given the same device.

    ## What it finds
    Lists of CUDA_VISIBLE_DEVICES that share some devices and have others apart, or the same list twice where the other
    launches each have devices of their own.  A script that starts one program after another gives them the same
    devices, or a part of them, and is left alone.

    ## Why it matters
    The second process finds the memory of the device taken and stops, while another device stands idle.

    ## Example
    ````plan
    ```bash
    CUDA_VISIBLE_DEVICES=0,1 vllm serve org/model --tensor-parallel-size 2 --port 8000 &
    CUDA_VISIBLE_DEVICES=1,2 vllm serve org/model --tensor-parallel-size 2 --port 8001 & <!-- DV217 -->
    ```
    ````

    ## References
    - CUDA, environment variables
    """
    found = launches(case)
    dealt = _deal_out(found)
    owner: dict[int, Launch] = {}
    for each in found:
        before = next((owner[device] for device in sorted(each.devices) if device in owner), None)
        owner.update(dict.fromkeys(each.devices, each))
        if before is None:
            continue
        apart = not each.devices <= before.devices and not before.devices <= each.devices
        if apart or (dealt and each.devices == before.devices):
            shared = sorted(each.devices & before.devices)
            yield Finding(
                at=each.setting,
                message=f"device {', '.join(map(figures, shared))} is given to two launches",
                stated=float(shared[0]),
                also=((before.setting, "given here before"),),
                help="give every launch devices of its own",
            )


def _deal_out(found: Sequence[Launch]) -> bool:
    """Whether launches each have devices of their own, but for two of them."""
    lists = {each.devices for each in found}
    apart = sum(map(len, lists)) == len(frozenset[int]().union(*lists)) if lists else False
    return apart and len(found) == len(lists) + 1 >= _SEVERAL
