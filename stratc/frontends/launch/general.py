"""Settings that no framework's table explains, by what their names commonly mean: "tp", "num_layers", "--ep-degree"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import prod

from stratc.frontends.launch.option_names import (
    IN_UNITS,
    LIMITS,
    NODES,
    OF_MACHINES,
    REPLICAS,
    ROUTED,
    folded_name,
    key_named,
)
from stratc.frontends.launch.settings import PRECISIONS, Setting, plain
from stratc.ir.statement import Statement
from stratc.ir.values import Value
from stratc.text.span import Span

_VALUE = r"((?:[A-Za-z]+-)?[\w.]+)"
_FLAG = re.compile(rf"--([A-Za-z][\w-]*)(?:[ \t]+|=)[\"']?{_VALUE}")
_ENTRY = re.compile(rf"[\"']?([A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*[\"']?{_VALUE}")
_LINE = re.compile(rf"(?m)^[ \t]*[\"']?([A-Za-z_]\w*)[\"']?[ \t]*[:=][ \t]*[\"']?{_VALUE}[\"']?,?[ \t]*(?:#.*)?$")
_OTHER_MODELS = re.compile(r"(?i)vision|audio|draft|speculat|teacher|reward|critic|reference|judge|tokenizer|retriev")
_MACHINES = re.compile(r"(?i)cluster|hardware|machine|inventory")  # above what there is, whatever is used of it
_OF_SAMPLING = frozenset(("temperature", "top_p"))
_OF_PARAMETERS = frozenset(("model.parameters", "parameters.active"))
_LEAST = {**dict.fromkeys(_OF_PARAMETERS, (1e6, 1e14)), "hardware.mfu": (0.01, 1.0)}  # and most of a value
_TOP = re.compile(r"top[-_ ]?(\d{1,2})")
_SCHEDULES = {
    **{each: each for each in ("1f1b", "gpipe", "interleaved", "dualpipe")},
    "interleaved1f1b": "interleaved",
    "afab": "gpipe",
    "zbh1": "zb-h1",
}
_RECOMPUTED = {
    **dict.fromkeys(("full", "true", "on", "yes", "enabled"), "full"),
    "selective": "selective",
    **dict.fromkeys(("none", "false", "off", "no", "disabled"), "none"),
}
_PARAMETERS = re.compile(r"(\d+(?:\.\d+)?)([mbt])")
_SCALES = {"m": 1e6, "b": 1e9, "t": 1e12}
_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_PART = re.compile(r"\d")  # "stages.0", "node1", "stage_2": what stands below is counted for a part


def statements(settings: Iterable[Setting]) -> Iterator[Statement]:
    """What settings commonly mean, each followed by the setting itself under its own name."""
    given = tuple(settings)
    yield from _in_units(given)
    yield from _in_groups(given)
    samples = any(each.name.rpartition(".")[2] in _OF_SAMPLING for each in given)
    for setting in given:
        key = key_of(setting.name)
        if key == "model.top_k" and samples:
            continue  # the k of tokens to draw from
        value = value_of(key, setting) if key else None
        if key and value is not None:
            yield Statement(key, value, setting.span, setting.context)
            yield Statement(f"setting.{setting.shown or setting.name}", value, setting.span, setting.context)
        elif _is_limit(setting):
            yield Statement(f"setting.{setting.shown}", setting.value, setting.span, setting.context)


def _is_limit(setting: Setting) -> bool:
    """Whether an option says what a server takes at most."""
    amount = setting.shown.startswith("--") and _AMOUNT.fullmatch(str(setting.value))
    return bool(amount) and folded_name(setting.name) in LIMITS


def key_of(path: str) -> str | None:
    """The key that the last name of a path gives a value to, alone or together with the one above it.

    >>> key_of("parallelism.tp"), key_of("tensor_parallel.size"), key_of("stages.0.layers")
    ('strategy.tp', 'strategy.tp', None)
    """
    above, _, last = path.rpartition(".")
    if _PART.search(above) or _OTHER_MODELS.search(above):
        return None
    names = (f"{above.rpartition('.')[2]}{last}", last) if above else (last,)
    return next((key for name in names if (key := key_named(name))), None)


def value_of(key: str, setting: Setting) -> Value | None:
    """The value of a setting that is no placeholder and no switch."""
    if key == "strategy.recompute":
        return _RECOMPUTED.get(str(setting.value).lower())
    if setting.value is True or setting.value is False:
        return None
    if key == "model.precision":
        return PRECISIONS.get(setting.word.removeprefix("torch."))
    if key == "strategy.schedule":
        return _SCHEDULES.get(folded_name(setting.word))
    if top := _TOP.fullmatch(setting.word) if key == "model.top_k" else None:
        return int(top[1])
    if folded_name(setting.name.rpartition(".")[2]) in ROUTED:
        return None
    short = _PARAMETERS.fullmatch(setting.word) if key in _OF_PARAMETERS else None
    value = float(short[1]) * _SCALES[short[2]] if short else plain(key, setting)
    if key in _LEAST and not (isinstance(value, float) and _LEAST[key][0] <= value <= _LEAST[key][1]):
        return None
    return value if value or key == "strategy.zero_stage" else None


def _in_units(given: Iterable[Setting]) -> Iterator[Statement]:
    """What settings say whose names end in a unit: "vram_gb": 96."""
    for setting in given:
        above, _, last = setting.name.rpartition(".")
        named = {**IN_UNITS, **OF_MACHINES} if _MACHINES.search(above) else IN_UNITS
        key, scale = named.get(folded_name(last), ("", 1.0))
        if key and isinstance(setting.value, int | float) and setting.value is not True and setting.value > 0:
            yield Statement(key, setting.value * scale, setting.span, setting.context)


def _in_groups(given: Iterable[Setting]) -> Iterator[Statement]:
    """What several settings below one name come to: the devices of all nodes, and those of all replicas."""
    groups: dict[str, dict[str, Setting]] = {}
    for each in given:
        above, _, last = each.name.rpartition(".")
        if each.number and not _PART.search(above):
            folded = folded_name(last)
            kind = "replicas" if folded in REPLICAS else "nodes" if folded in NODES else key_of(each.name)
            groups.setdefault(above, {}).setdefault(kind or "", each)
    for above, group in groups.items():
        if nodes := group.get("nodes"):
            yield from _of_nodes(nodes, group.get("hardware.devices_per_node"), above)
        if replicas := group.get("replicas"):
            yield from _of_replicas(replicas, group)


def _of_nodes(nodes: Setting, each: Setting | None, above: str) -> Iterator[Statement]:
    """The devices of all nodes: those of the launch, or of the machines where the name above says so."""
    count = (nodes.number or 0) * (each.number or 0) if each else 0
    if count:
        owner = "hardware" if _MACHINES.search(above) else "strategy"
        yield Statement(f"{owner}.device_count", count, nodes.span, nodes.context)
        yield Statement(f"setting.{nodes.shown or nodes.name}", count, nodes.span, nodes.context)


def _of_replicas(replicas: Setting, group: dict[str, Setting]) -> Iterator[Statement]:
    """The number of replicas, and the devices of all of them where the degrees of one stand beside it."""
    yield Statement("replicas", replicas.number or 0, replicas.span, replicas.context)
    yield Statement(f"setting.{replicas.shown or replicas.name}", replicas.number or 0, replicas.span, replicas.context)
    degrees = [group[key].number or 1 for key in ("strategy.tp", "strategy.pp", "strategy.cp") if key in group]
    if degrees and "strategy.dp" not in group:
        yield Statement("pool.devices", prod(degrees) * (replicas.number or 0), replicas.span, replicas.context)


def flags(text: str, source: str, start: int = 0) -> Iterator[Setting]:
    """Every flag with a value that stands in a text, wherever it stands; the text begins at `start` of the source.

    >>> [(each.shown, each.value) for each in flags("pass `--tp-size 8 --pp=2` to it", "plan.md")]
    [('--tp-size', '8'), ('--pp', '2')]
    """
    yield from _found(_FLAG, "--", text, source, start)


def entries(text: str, source: str) -> Iterator[Setting]:
    """Every `key: value` and `key = value` of a text that is in no notation as a whole."""
    yield from _found(_ENTRY, "", text, source, 0)


def lines(text: str, source: str) -> Iterator[Setting]:
    """Every line of a text that does nothing but set a name."""
    yield from _found(_LINE, "", text, source, 0)


def _found(pattern: re.Pattern[str], sign: str, text: str, source: str, start: int) -> Iterator[Setting]:
    for match in pattern.finditer(text):
        span = Span(source, start + match.start(2), start + match.end(2))
        context = Span(source, start + match.start(), start + match.end())
        yield Setting(match[1].replace("-", "_"), match[2], span, context, sign + match[1])
