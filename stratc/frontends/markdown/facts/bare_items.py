"""What the items of a list are by unit and noun alone: "128 GPUs", "512 H100 (989 TFLOPS)", "24 GB, 0.9 TB/s"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, BYTE_RATE, FLOP_RATE, PERCENT
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.layout.items import axes_in, words_above
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.scope import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement

_PEAK = "hardware.peak_flops"
_DEVICES = DEVICES | words("张卡 张 卡")
_LEADING = words("on across using with over all total of in cluster hardware and we use x the our")
_ON = words("on across using with over")  # before devices by their name; others may be those of a group
_WHOLE = words("total in all available cluster")
_OF_A_PART = words(
    "each every per stage replica group node server instance machine host rank expert box pool pair row column "
    "first second other another spare fail failure lost loss need needed instead than versus vs if would could "
    "baseline before previous earlier old limit remaining idle split spread divided sharded distributed"
)
_OF_DEVICE = DEVICES | words("each per")
_COMPUTE = words("peak compute fp16 bf16 fp8 fp4 int8 tf32 dense tensor at with of")
_MEMORY = words("memory vram hbm hbm2e hbm3 hbm3e ram bandwidth bw at of with capacity")
_LINKED = words(
    "nvlink link network interconnect infiniband ib pcie nic rdma ethernet nvswitch hcc fabric between node bus "
    "allreduce transfer effective achieved sustained measured"
)
_USED = words(
    "used use weight cache kv activation free left needed need total overhead buffer model state limit budget host cpu "
    "gradient optimizer ram checkpoint reserve reserved headroom stay fit token sequence request layer expert"
)
_UTILISED = words("utilization utilisation efficiency")
_SEAMS = frozenset(",;()（），；、|·:")
_SEVERAL = 2  # sizes of a device beside which those of links may stand, as items of their own
_SMALLEST, _LARGEST = 4e9, 400e9  # bytes of a device
_SLOWEST, _FASTEST = 0.2e12, 30e12  # bytes a second of its memory
_LEAST, _MOST = 1e13, 3e16  # operations a second


def bare_items(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the machines in the items of a sentence that nothing but figure, unit and noun make up."""
    if sentence.scope.role is not Role.PLAN:
        return
    parts = list(_parts(sentence.tokens))
    linked = [part for before, part in pairwise(parts) if before and _LINKED & _stems(before)]
    counted = next((part[at:] for part in parts if (at := _counts_devices(sentence, part)) is not None), None)
    if counted and sentence.block.kind is not Kind.CELL and not _is_of_part(sentence, parts):
        yield _said(sentence, "hardware.device_count", counted)
    sizes = [(key, part) for part in parts if (key := _size(part)) and part not in linked]
    sizes = [(key, part) for key, part in sizes if key != _PEAK or not _is_after_share(sentence, part)]
    kinds = {key for key, _ in sizes}
    own = _stems(sentence.tokens)
    told = counted or len(kinds) > 1 or "mfu" in own or KIND.search(sentence.text)
    if not told or (_LINKED & own and len(kinds) < _SEVERAL):
        return
    yield from (_said(sentence, key, part) for key, part in sizes)
    if "hardware.memory_bandwidth" in kinds:
        for part in parts:
            figure = _figure(part)
            if figure and figure.quantity.unit == PERCENT and _stems(part) and _stems(part) <= _UTILISED:
                yield _said(sentence, "hardware.bandwidth_utilization", part)


def _parts(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The items between the signs of a list."""
    start = 0
    for at, token in enumerate(tokens):
        if token.sign in _SEAMS and token.sign:
            yield tokens[start:at]
            start = at + 1
    yield tokens[start:]


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {token.stem for token in tokens if token.stem}


def _figure(part: Sequence[Token]) -> Figure | None:
    """The only figure of an item, no range and no bound."""
    found = [token.figure for token in part if token.figure]
    exact = len(found) == 1 and not found[0].quantity.is_range
    return found[0] if exact else None


def _counts_devices(sentence: Sentence, part: Sequence[Token]) -> int | None:
    """The index of a number of devices: "128 GPUs", "7B model on 64 A100 80GB", "16 GPUs in total"."""
    for at, token in enumerate(part[:-1]):
        figure = token.figure
        if figure is None or not figure.is_count or figure.quantity.is_range or figure.value < 2:
            continue
        before, rest = part[:at], _after_devices(sentence, part[at + 1 :])
        led = bool(before) and before[-1].stem in _ON and part[at + 1].stem not in _DEVICES
        bare = _stems(before) <= _LEADING and not any(each.figure or each.sign for each in before)
        if rest is not None and (led or bare) and _stems(rest) <= _WHOLE and not any(each.figure for each in rest):
            return at
    return None


def _after_devices(sentence: Sentence, tokens: Sequence[Token]) -> Sequence[Token] | None:
    """What stands after the noun or the name of devices that a number counts; None where it counts others."""
    if tokens[0].stem in _DEVICES:
        return tokens[1:]
    named = KIND.match(sentence.text, tokens[0].start - sentence.start)
    if named is None:
        return None
    rest = [each for each in tokens if each.start - sentence.start >= named.end()]
    return rest[1:] if rest and rest[0].stem in _DEVICES else rest


def _is_of_part(sentence: Sentence, parts: Iterable[Sequence[Token]]) -> bool:
    """Whether a sentence, its label or its section speaks of some of the devices, or of degrees of its own.

    The "each" of a size is no such word: "16 H100, 80 GB each".
    """
    own = _stems([token for part in parts for token in part if not (_size(part) and token.stem == "each")])
    own |= _stems(sentence.header)
    return bool(_OF_A_PART & (words_above(sentence) | own) or axes_in(sentence.tokens))


def _is_after_share(sentence: Sentence, part: Sequence[Token]) -> bool:
    """Whether a share stands before a rate, which may be what it leaves: "at 312 TFLOPS and 45 %: 562 TFLOPS"."""
    return any(figure.quantity.unit == PERCENT and figure.end <= part[0].start for _, figure in sentence.figures)


def _size(part: Sequence[Token]) -> str:
    """What an item is of a device, by its unit: its memory, the bandwidth of that, its peak."""
    figure = _figure(part)
    if figure is None or figure.quantity.approximate:
        return ""
    value, around = figure.value, _stems(part)
    match figure.quantity.dimension:
        case dimension if dimension == FLOP_RATE and around <= _COMPUTE | _OF_DEVICE and _LEAST <= value <= _MOST:
            return _PEAK
        case dimension if dimension == BYTE_RATE and around <= _MEMORY | _OF_DEVICE and _SLOWEST <= value <= _FASTEST:
            return "hardware.memory_bandwidth"
        case dimension if dimension == BYTE and around <= _MEMORY | _OF_DEVICE and _SMALLEST <= value <= _LARGEST:
            return "" if _USED & around else "hardware.memory"
    return ""


def _said(sentence: Sentence, key: str, part: Sequence[Token]) -> Statement:
    figure = next(token.figure for token in part if token.figure)
    value = int(figure.value) if key.endswith("_count") else figure.value
    return say(sentence, key, value, (figure.start, figure.end), figure=figure)
