"""What Megatron's arguments say of the pipeline: virtual stages, and the layers of each."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.frontends.launch.settings import Setting, Settings, stages
from stratc.ir.layout import stages_of_layout
from stratc.ir.statement import Statement

CHUNKS = ("num_virtual_stages_per_pipeline_rank", "virtual_pipeline_model_parallel_size")


def staged(settings: Settings) -> Iterator[Statement]:
    """Virtual stages and uneven stages."""
    layers, pp = settings.number("num_layers", "encoder_num_layers"), settings.number("pipeline_model_parallel_size")
    pattern = settings.get("hybrid_layer_pattern")
    if pattern is not None and isinstance(pattern.value, str) and pp:
        yield from _patterned(settings, pattern, pattern.value.count("|") + 1, pp)
        return
    if not layers or not pp or pp > 4096 or layers > 100_000:
        return
    each, chunks = (
        settings.get("num_layers_per_virtual_pipeline_stage"),
        settings.get(*CHUNKS),
    )
    layout = settings.get("pipeline_model_parallel_layout")
    if each and each.number and layers % (pp * each.number) == 0:
        yield settings.say(each, "strategy.vpp", layers // (pp * each.number))
        yield settings.say(each, "strategy.schedule", "interleaved")
    elif chunks and chunks.number and chunks.number > 1:
        yield settings.say(chunks, "strategy.vpp", chunks.number)
        yield settings.say(chunks, "strategy.schedule", "interleaved")
    elif layout and isinstance(layout.value, str):
        yield from _laid_out(settings, layout, layers, pp)
        return
    place, counts = _uneven(settings, layers, pp * _chunks(settings, layers, pp)) or ("", [])
    if counts:
        yield from _placed(settings, settings.each[place], counts, pp)


def _patterned(settings: Settings, pattern: Setting, parts: int, pp: int) -> Iterator[Statement]:
    """The pattern of a hybrid model, whose parts are stages and virtual stages."""
    if parts > pp and parts % pp == 0:
        yield settings.say(pattern, "strategy.vpp", parts // pp)
        yield settings.say(pattern, "strategy.schedule", "interleaved")


def _chunks(settings: Settings, layers: int, pp: int) -> int:
    """Virtual stages of a device, 1 without interleaving."""
    each, chunks = (
        settings.number("num_layers_per_virtual_pipeline_stage"),
        settings.number(*CHUNKS),
    )
    return max(1, layers // (pp * each) if each else chunks or 1)


def _laid_out(settings: Settings, layout: Setting, layers: int, pp: int) -> Iterator[Statement]:
    """A layout string, whose parts are dealt to the devices in turn."""
    parts = stages_of_layout(str(layout.value))
    if parts is None or len(parts) % pp:
        return
    if len(parts) > pp:
        yield settings.say(layout, "strategy.vpp", len(parts) // pp)
        yield settings.say(layout, "strategy.schedule", "interleaved")
    if sum(parts) == layers:
        yield from _placed(settings, layout, parts, pp)


def _placed(settings: Settings, place: Setting, counts: list[int], pp: int) -> Iterator[Statement]:
    """Layers of every stage or virtual stage, and of a device where all devices hold as many."""
    if pp > 1:
        yield from (settings.say(place, "strategy.stage", stage) for stage in stages(counts))
    held = {sum(counts[rank::pp]) for rank in range(pp)}
    if len(held) == 1:
        yield settings.say(place, "strategy.layers_per_stage", held.pop())


def _uneven(settings: Settings, layers: int, parts: int) -> tuple[str, list[int]] | None:
    """Layers of each part where the first or the last has its own number, or the embedding or the loss counts."""
    names = [f"{stem}_{end}_pipeline_num_layers" for stem in ("decoder", "num_layers_in") for end in ("first", "last")]
    names += ["num_layers_in_first_pipeline_stage", "num_layers_in_last_pipeline_stage"]
    given = {name: number for name in names if (number := settings.number(name)) is not None}
    first = next((count for name, count in given.items() if "first" in name), None)
    last = next((count for name, count in given.items() if "last" in name), None)
    embedding = settings.is_on("account_for_embedding_in_pipeline_split")
    loss = settings.is_on("account_for_loss_in_pipeline_split")
    if parts < 2 or (not given and not embedding and not loss):
        return None
    if given:
        return None if _is_interleaved(settings) else _with_ends(next(iter(given)), layers, parts, first, last)
    if (layers + embedding + loss) % parts:
        return None
    counts = [(layers + embedding + loss) // parts] * parts
    counts[0] -= embedding
    counts[-1] -= loss
    place = "account_for_embedding_in_pipeline_split" if embedding else "account_for_loss_in_pipeline_split"
    return place, counts


def _with_ends(
    place: str, layers: int, parts: int, first: int | None, last: int | None
) -> tuple[str, list[int]] | None:
    """Equal stages between a first and a last one that have their own numbers of layers."""
    middle = parts - (first is not None) - (last is not None)
    rest = layers - (first or 0) - (last or 0)
    if middle <= 0 or rest < 0 or rest % middle:
        return None
    counts = [*([first] if first is not None else []), *[rest // middle] * middle]
    return place, [*counts, *([last] if last is not None else [])]


def _is_interleaved(settings: Settings) -> bool:
    return settings.get("num_layers_per_virtual_pipeline_stage", "num_virtual_stages_per_pipeline_rank") is not None
