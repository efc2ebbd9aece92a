"""Documents of other tools that carry launches: services of Compose, tasks that are scripts, lists of arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from stratc.codec.positions import Node
from stratc.frontends.frontend import Load, Reading
from stratc.frontends.launch.manifests import SERVERS
from stratc.frontends.launch.scalars import below, count, items, scalar
from stratc.frontends.launch.script import Followed, told_by
from stratc.frontends.launch.shell.parse import parse
from stratc.frontends.launch.shell.programs import call
from stratc.frontends.launch.shell.run import Shell
from stratc.frontends.launch.shell.tree import Simple
from stratc.frontends.launch.traced import Atlas, Traced, computed
from stratc.ir.statement import Statement
from stratc.text.source import Source
from stratc.text.span import Span

DEEPEST, MANY = 12, 200
ARGUMENTS = 3  # so many flags make a list one of arguments
_STARTS = re.compile(
    r"(?m)(?:^|[\s/;&|])(?:torchrun|deepspeed|accelerate launch|vllm serve|trtllm-serve|srun|mpirun|"
    r"torch\.distributed\.\w+|sglang\.launch_server|pretrain_\w+\.py)(?=\s|$)"
)


def reading(root: Node, source: Source, load: Load) -> Reading | None:
    """What the texts of a document would start, or what arguments its lists hold; None where there are neither."""
    atlas = Atlas()
    whole = atlas.add(source)
    shell = Shell(atlas, load, source.name)
    counted: list[Statement] = []
    for each in list(_services(root))[:MANY]:
        before = len(shell.found)
        _served(each, whole, shell)
        counted += _reserved(each, source) if len(shell.found) > before else ()
    if not shell.found:
        for text in list(_scripts(root, whole))[:MANY]:
            shell.follow(text)
    if not shell.found:
        shell.arrays = {str(number): listed for number, listed in enumerate(_lists(root, whole))}
    told = told_by(Followed.of(atlas, shell))
    if not told.statements:
        return None
    scopes = dict.fromkeys(each.scope for each in told.statements)
    extra = tuple(replace(each, scope=scope) for scope in scopes for each in counted)
    left = tuple(each for each in told.unread if not counted or "how many devices" not in each.text)
    return replace(told, statements=told.statements + extra, unread=left, quantities=told.quantities + len(counted))


def _services(root: Node) -> Iterator[Node]:
    """The services of a file of Docker Compose."""
    services = below(root, "services")
    if services is not None and isinstance(services.value, dict):
        yield from (each for each in services.value.values() if below(each, "image") is not None)


def _served(service: Node, whole: Traced, shell: Shell) -> None:
    """Starts what a service does; arguments alone go to the server of its image."""
    words: list[Traced] = []
    for name in ("entrypoint", "command"):
        given = below(service, name)
        if given is not None:
            words += items(given, whole) if isinstance(given.value, list) else _parted(scalar(given, whole), shell)
    image = below(service, "image")
    if words and words[0].text.startswith("-") and image is not None:
        server = next((each for each in SERVERS if each in str(image.value)), "")
        words = [computed(word, whole.part(image.start, image.end)) for word in SERVERS.get(server, ())] + words
    if words:
        call(shell, words, Simple((), (), ()))


def _parted(text: Traced, shell: Shell) -> list[Traced]:
    """The words of a command that is written as one text."""
    return [word for each in parse(text)[:1] if isinstance(each, Simple) for word in shell.words(each.words)]


def _reserved(service: Node, source: Source) -> Iterator[Statement]:
    """The devices that a service reserves."""
    listed = below(service, "deploy", "resources", "reservations", "devices")
    for each in listed.value if listed is not None and isinstance(listed.value, list) else ():
        place = below(each, "count")
        if place is not None and (number := count(place)):
            span = Span(source.name, place.start, place.end)
            yield Statement("strategy.device_count", number, span, span)


def _scripts(node: Node, whole: Traced, depth: int = 0) -> Iterator[Traced]:
    """Texts that start a launcher."""
    if isinstance(node.value, str):
        if _STARTS.search(node.value):
            yield scalar(node, whole)
        return
    for each in _inside(node, depth):
        yield from _scripts(each, whole, depth + 1)


def _lists(node: Node, whole: Traced, depth: int = 0) -> Iterator[dict[str, Traced]]:
    """Lists that hold flags: their words, a flag and its values in one item or apart."""
    if isinstance(node.value, list):
        words = [scalar(each, whole) for each in node.value if not isinstance(each.value, (dict, list))]
        if sum(each.text.startswith("--") for each in words) >= ARGUMENTS:
            parts = [each.part(*part.span()) for each in words for part in re.finditer(r"\S+", each.text)]
            yield {str(number): each for number, each in enumerate(parts)}
            return
    for each in _inside(node, depth):
        yield from _lists(each, whole, depth + 1)


def _inside(node: Node, depth: int) -> Iterator[Node]:
    if depth < DEEPEST and isinstance(node.value, (dict, list)):
        yield from node.value.values() if isinstance(node.value, dict) else node.value
