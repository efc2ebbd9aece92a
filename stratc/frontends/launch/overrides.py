"""Overrides of a Hydra configuration on a command line: model.tensor_model_parallel_size=4 ++trainer.devices=8.

Source: hydra.cc, the grammar of overrides; the names are those of NeMo's configurations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from stratc.frontends.launch import megatron
from stratc.frontends.launch.settings import Setting, Settings, of
from stratc.frontends.launch.traced import Atlas, Traced
from stratc.ir.statement import Statement

_OVERRIDE = re.compile(r"(?:\+{0,2}|~)(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)=")
_SWITCHES = {"true": True, "false": False}
_OF_NEMO = frozenset(
    f"model.{name}"
    for name in ("tensor_model_parallel_size", "pipeline_model_parallel_size", "encoder_seq_length", "num_layers")
)


def overrides(words: Sequence[Traced], atlas: Atlas) -> dict[str, Setting]:
    """The overrides among words, by the path that each sets; of a path set twice the last counts."""
    found: dict[str, Setting] = {}
    for word in words:
        match = _OVERRIDE.match(word.text)
        if match is None or (context := atlas.span(word)) is None:
            continue
        value, path = word.part(match.end()), match["path"]
        told = _SWITCHES.get(value.text.lower(), value.text) if value.is_known else None
        found[path] = Setting(path, told, atlas.span(value) or context, context, path)
    return found


def is_nemo(given: Mapping[str, Setting]) -> bool:
    """Whether overrides set what NeMo's configurations of language models have."""
    return not _OF_NEMO.isdisjoint(given)


def nemo_settings(given: Mapping[str, Setting]) -> Settings:
    """The settings of NeMo by Megatron's names; those of the trainer stand below "mcore."."""
    named: dict[str, Setting] = {}
    for path, each in given.items():
        part, _, name = path.partition(".")
        if part == "model" and ("." not in name or name == "optim.name"):
            named[name] = each
        elif part == "trainer":
            named["precision" if name == "precision" else f"mcore.{name}"] = each
    if "activations_checkpoint_granularity" in named:
        named.pop("activations_checkpoint_method", None)  # how full recomputation cuts layers, where it says more
    return of(replace(each, name=name) for name, each in named.items())


def nemo(settings: Settings) -> Iterator[Statement]:
    """What NeMo's settings say, the devices of its trainer among it."""
    yield from megatron.nemo(settings)
    yield from devices(settings, "mcore.")


def devices(settings: Settings, prefix: str = "") -> Iterator[Statement]:
    """The devices of NeMo's trainer, on a node and on all of them."""
    nodes, each = settings.get(f"{prefix}num_nodes"), settings.get(f"{prefix}devices")
    if each and each.number:
        yield settings.say(each, "hardware.devices_per_node", each.number)
        if nodes and nodes.number:
            yield settings.say(nodes, "strategy.device_count", nodes.number * each.number)
