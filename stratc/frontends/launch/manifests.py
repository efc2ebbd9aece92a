"""Kubernetes manifests: the pods of a job or of a serving group, their devices, and what their containers start.

Sources: LeaderWorkerSet v1, PyTorchJob and MPIJob v1 and TrainJob v1alpha1 of Kubeflow, JobSet v1alpha2, and the core
kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from stratc.codec.positions import Node
from stratc.frontends.frontend import Load, Reading
from stratc.frontends.launch import controllers
from stratc.frontends.launch.scalars import below, count, items, scalar
from stratc.frontends.launch.script import Followed, told_by
from stratc.frontends.launch.shell.programs import call
from stratc.frontends.launch.shell.run import Shell
from stratc.frontends.launch.shell.tree import Simple
from stratc.frontends.launch.traced import Atlas, Traced, computed, joined
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

GPU = re.compile(r"(?:nvidia|amd)\.com/gpu|gpu\.intel\.com/\w+|huawei\.com/Ascend\w+|google\.com/tpu")
SERVERS = {"vllm": ("vllm", "serve"), "sglang": ("sglang", "serve")}  # what an image starts that is given no command
_HOLE = re.compile(r"\$\(([A-Za-z_]\w*)\)")


@dataclass(frozen=True, slots=True)
class Pods:
    """The pods that work together: how many, what runs in the first of them, and what the controller tells them."""

    pods: int
    spec: Node | None
    told: dict[str, str]
    copies: Node | None = None  # how many groups of them there are
    place: Node | None = None  # where their number is written
    holders: Node | None = None  # the pods that have the devices, where others start what runs on them


def is_manifest(node: Node) -> bool:
    """Whether a document describes pods that may train or serve."""
    kind = below(node, "kind")
    return below(node, "apiVersion") is not None and kind is not None and str(kind.value) in KINDS


def reading(documents: list[Node], source: Source, load: Load) -> Reading:
    """What the containers of all manifests would start, and on how many devices."""
    atlas = Atlas()
    whole = atlas.add(source)
    shell = Shell(atlas, load, source.name)
    counted: list[Statement] = []
    held: tuple[Statement, ...] = ()
    for document in documents:
        held = held or tuple(controllers.held(document, source))
        for pods in _pods(document):
            counted += _started(pods, whole, shell, source)
    told = told_by(Followed.of(atlas, shell))
    if not told.statements:
        return Reading((source,))
    names = dict.fromkeys(each.scope for each in told.statements)
    counted = [each for each in counted if len(names) == 1 or not each.subject.startswith("setting.")]
    extra = tuple(replace(each, scope=scope) for scope in names for each in counted)
    extra += tuple(replace(each, scope=scope) for scope in tuple(names)[:1] for each in held)
    left = tuple(each for each in told.unread if not counted or "how many devices" not in each.text)
    return replace(told, statements=told.statements + extra, unread=left, quantities=told.quantities + len(counted))


def _pods(document: Node) -> Iterator[Pods]:
    kind = below(document, "kind")
    spec = below(document, "spec")
    tell = KINDS.get(str(kind.value)) if kind is not None else None
    if tell is not None and spec is not None:
        yield from tell(spec)


def _group(spec: Node) -> Iterator[Pods]:
    """A LeaderWorkerSet: groups of pods, each a server of its own."""
    template = below(spec, "leaderWorkerTemplate")
    place = below(template, "size")
    size = count(place) or 1
    first = below(template, "leaderTemplate") or below(template, "workerTemplate")
    yield Pods(size, below(first, "spec"), {"LWS_GROUP_SIZE": str(size)}, below(spec, "replicas"), place)


def _replicas(spec: Node) -> Iterator[Pods]:
    """A PyTorchJob or MPIJob: its master and its workers."""
    roles = below(spec, "pytorchReplicaSpecs") or below(spec, "mpiReplicaSpecs")
    parts = list(roles.value.values()) if roles is not None and isinstance(roles.value, dict) else []
    if below(spec, "mpiReplicaSpecs") is not None:
        worker, launcher = below(roles, "Worker"), below(roles, "Launcher", "template", "spec")
        workers = count(below(worker, "replicas")) or 1
        yield Pods(workers, launcher, {}, holders=below(worker, "template", "spec"))
        return
    pods = sum(count(below(each, "replicas")) or 1 for each in parts)
    each_pod = count(below(spec, "nprocPerNode"))
    told = {"PET_NNODES": str(pods)} | ({"PET_NPROC_PER_NODE": str(each_pod)} if each_pod else {})
    first = below(roles, "Worker") or next(iter(parts), None)
    if first is not None:
        yield Pods(pods, below(first, "template", "spec"), told, place=below(first, "replicas"))


def _jobs(spec: Node) -> Iterator[Pods]:
    """A JobSet: jobs of several pods, several times."""
    listed = below(spec, "replicatedJobs")
    for each in listed.value if listed is not None and isinstance(listed.value, list) else ():
        job = below(each, "template", "spec")
        pods = (count(below(each, "replicas")) or 1) * (count(below(job, "parallelism")) or 1)
        yield Pods(pods, below(job, "template", "spec"), {})


def _trainer(spec: Node) -> Iterator[Pods]:
    """A TrainJob, whose trainer stands for its pods."""
    trainer = below(spec, "trainer")
    nodes, each = count(below(trainer, "numNodes")), count(below(trainer, "numProcPerNode"))
    told = {"PET_NNODES": str(nodes or 1)} | ({"PET_NPROC_PER_NODE": str(each)} if each else {})
    yield Pods(nodes or 1, trainer, told, place=below(trainer, "numNodes"))


def _job(spec: Node) -> Iterator[Pods]:
    """A Job or a StatefulSet: pods that work together."""
    place = below(spec, "parallelism") or below(spec, "replicas")
    yield Pods(count(place) or 1, below(spec, "template", "spec"), {}, place=place)


def _copies(spec: Node) -> Iterator[Pods]:
    """A Deployment: copies of one pod."""
    yield Pods(1, below(spec, "template", "spec"), {}, below(spec, "replicas"))


def _pod(spec: Node) -> Iterator[Pods]:
    yield Pods(1, spec, {})


KINDS = {
    "LeaderWorkerSet": _group,
    "PyTorchJob": _replicas,
    "MPIJob": _replicas,
    "TrainJob": _trainer,
    "JobSet": _jobs,
    "Job": _job,
    "StatefulSet": _job,
    "Deployment": _copies,
    "Pod": _pod,
}


def _started(pods: Pods, whole: Traced, shell: Shell, source: Source) -> Iterator[Statement]:
    """Follows what the containers start; the devices of those that started something."""
    holders = _containers(pods.holders) if pods.holders is not None else []
    for container in _containers(pods.spec):
        before = len(shell.found)
        words = _command(container, whole)
        variables = {name: Traced(text, (-1,) * len(text)) for name, text in pods.told.items()}
        variables |= _environment(container, whole)
        shell.variables |= variables
        if words:
            call(shell, [_filled(each, variables) for each in words], Simple((), (), ()))
        if len(shell.found) > before:
            if pods.place is not None:
                span = Span(source.name, pods.place.start, pods.place.end)
                yield Statement("setting.#pods", pods.pods, span, span)
            for each in holders or [container]:
                yield from _devices(pods, each, source)


def _containers(spec: Node | None) -> list[Node | None]:
    """The containers of a pod; a trainer stands for its only one."""
    listed = below(spec, "containers")
    return list(listed.value) if listed is not None and isinstance(listed.value, list) else [spec]


def _command(container: Node | None, whole: Traced) -> list[Traced]:
    given, arguments = items(below(container, "command"), whole), items(below(container, "args"), whole)
    named = below(container, "image") or below(container, "name")
    if not given and arguments and named is not None and not arguments[0].text.endswith(("sh", ".py", "python3")):
        name = next((each for each in SERVERS if each in str(named.value)), "")
        place = whole.part(named.start, named.end)
        given = [computed(word, place) for word in SERVERS.get(name, ())]
    return given + arguments


def _environment(container: Node | None, whole: Traced) -> dict[str, Traced]:
    listed = below(container, "env")
    found: dict[str, Traced] = {}
    for each in listed.value if listed is not None and isinstance(listed.value, list) else ():
        name, value = below(each, "name"), below(each, "value")
        if name is not None and value is not None and isinstance(name.value, str):
            found[name.value] = scalar(value, whole)
    return found


def _filled(word: Traced, variables: dict[str, Traced]) -> Traced:
    """A word with $(NAME) filled in, as Kubernetes does before it starts a container."""
    parts: list[Traced] = []
    at = 0
    for hole in _HOLE.finditer(word.text):
        if hole[1] in variables:
            parts += [word.part(at, hole.start()), computed(variables[hole[1]].text, word.part(*hole.span()))]
            at = hole.end()
    return joined([*parts, word.part(at)]) if parts else word


def _devices(pods: Pods, container: Node | None, source: Source) -> Iterator[Statement]:
    """Devices of a pod, of all pods that work together, and of all copies of them."""
    limits = below(container, "resources", "limits") or below(container, "resourcesPerNode", "limits")
    named = limits.value.items() if limits is not None and isinstance(limits.value, dict) else ()
    place = next((each for name, each in named if GPU.fullmatch(name)), None)
    each_pod = count(place)
    if place is None or not each_pod:
        return
    span = Span(source.name, place.start, place.end)
    yield Statement("hardware.devices_per_node", each_pod, span, span)
    several = pods.place is not None and pods.pods > 1
    all_ = Span(source.name, pods.place.start, pods.place.end) if pods.place is not None and several else span
    yield Statement("strategy.device_count", each_pod * pods.pods, all_, all_)
    if limits is not None:
        around = Span(source.name, limits.start, max(limits.end, span.end))
        yield Statement("setting.#devices", each_pod * pods.pods, around, around)
    copies = count(pods.copies) or 1
    if pods.copies is not None and copies > 1:
        written = Span(source.name, pods.copies.start, pods.copies.end)
        yield Statement("hardware.device_count", each_pod * pods.pods * copies, span, span)
        yield Statement("replicas", copies, written, written)
        yield Statement("setting.#copies", copies, written, written)
