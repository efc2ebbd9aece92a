"""TG506: manifests that their controller refuses."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.options import counted
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.rules.rule import Finding, rule


@rule("TG506", category=Category.TARGET, severity=Severity.ERROR)
def manifest_refused(case: Case) -> Iterator[Finding]:
    """A manifest of Kubernetes is one that its controller refuses.

    ## What it finds
    A LeaderWorkerSet whose subgroups do not divide its pods, with the leader or without it; a PyTorchJob with several
    masters, a role that does not exist or no container named `pytorch`; an MPIJob with several launchers.

    ## Why it matters
    The webhook of the controller turns the manifest away, and no pod starts.

    ## Example
    ```yaml
    apiVersion: leaderworkerset.x-k8s.io/v1
    kind: LeaderWorkerSet
    spec:
      leaderWorkerTemplate:
        size: 4
        subGroupPolicy:
          subGroupSize: 5  # TG506
        workerTemplate:
          spec:
            containers:
              - command: [vllm, serve, own/model, --tensor-parallel-size, "8"]
    ```

    ## References
    - LeaderWorkerSet, subGroupPolicy; Kubeflow, PyTorchJob and MPIJob
    """
    yield from _subgroups(case)
    for name, role in (("#masters", "master"), ("#launchers", "launcher")):
        setting = counted(case, name)
        if setting and setting[0] != 1:
            message = f"{setting[0]} replicas of the {role}, where the controller takes 1"
            yield Finding(at=setting[1], message=message, help="have one, and count the others as workers")
    if (role_ := case.setting("#role")) is not None:
        message = f"a PyTorchJob has no role `{role_.value}`"
        yield Finding(at=role_, message=message, help="use `Master` and `Worker`")
    if (named := case.setting("#containers")) is not None:
        message = f"a PyTorchJob needs a container named `pytorch`, but has {str(named.value).replace(' ', ', ')}"
        yield Finding(at=named, message=message, help="name the container `pytorch`")


def _subgroups(case: Case) -> Iterator[Finding]:
    size, part = counted(case, "#group"), counted(case, "#subgroup")
    if size is None or part is None or size[0] < 1:
        return
    if part[0] > size[0] or not part[0] or (size[0] % part[0] and (size[0] - 1) % part[0]):
        yield Finding(
            at=part[1],
            message=f"subgroups of {part[0]} pods divide neither {size[0]} pods nor {size[0] - 1} workers",
            also=((size[1], "pods of a group"),),
            help="choose subgroups that divide the pods",
        )
