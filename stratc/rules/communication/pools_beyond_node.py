"""CO208: a cache that moves between nodes over the links inside one."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.topology import RACK_SCALE
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import value_or
from stratc.ir.scope import PHASES, Role
from stratc.rules.rule import Finding, rule


@rule("CO208", category=Category.TOPOLOGY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def pools_beyond_node(case: Case) -> Iterator[Finding]:
    """The cache is said to move from prefill to decode over NVLink, but the two pools stand on different nodes.

    ## What it finds
    Such a sentence in a plan that gives the prefill pool and the decode pool nodes of their own.  Rack-scale NVLink
    domains (GB200 NVL72) are left out.

    ## Why it matters
    Between nodes the cache of a prompt crosses the network, at a tenth of the bandwidth or less, and the time to the
    first token contains that transfer.

    ## Example
    ```plan
    - Prefill pool: node 0, decode pool: nodes 1-2
    - KV transfer over NVLink at 900 GB/s: 6 ms   <!-- CO208 -->
    ```

    ## References
    - splitwise-2023, section 4
    """
    said = tuple(case.mentions("cache_on_nvlink", roles=(Role.PLAN, Role.TARGET)))
    pools = {pool: _nodes(case, pool) for pool in PHASES}
    name = value_or(case.plan.hardware.accelerator, "").casefold()
    if not said or not all(pools.values()) or any(word in name for word in RACK_SCALE):
        return
    places = {
        pool: {node for each in held for node in each.cause.split(": ")[1].split()} for pool, held in pools.items()
    }
    if places["prefill"] & places["decode"]:
        return
    where = " and ".join(f"{pool} on node {' '.join(sorted(nodes))}" for pool, nodes in places.items())
    yield Finding(
        at=said[0],
        message=f"the cache said to move over NVLink, but {where} are joined by the network alone",
        label="said here",
        also=tuple((held[0], f"{pool} stands here") for pool, held in pools.items()),
        help="time the transfer with the bandwidth between nodes",
    )


def _nodes(case: Case, pool: str) -> tuple[Mention, ...]:
    """Where the plan says on which nodes a pool stands."""
    return tuple(each for each in case.mentions("pool_on_nodes") if each.cause.startswith(pool))
