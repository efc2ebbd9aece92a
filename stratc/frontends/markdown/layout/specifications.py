"""What each device has, bare in a list that counts them: "4 GPUs, 400 TFLOPS peak, 64 GB, 1.8 TB/s"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import BYTE, BYTE_RATE, FLOP_RATE
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.rows import ROW_OF
from stratc.frontends.markdown.document.saying import is_held_to
from stratc.frontends.markdown.words.vocabulary import DEVICES, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.frontends.markdown.words.vocabulary import Row

_DEVICES = DEVICES | words("张卡")
_ROWS = {BYTE: "hardware.memory", BYTE_RATE: "hardware.memory_bandwidth", FLOP_RATE: "hardware.peak_flops"}
_LEAST, _LARGEST = 4e9, 400e9  # bytes of a device; more are those of all
_SLOWEST = 0.2e12  # bytes a second of a memory; less are those of a link
_BEFORE = frozenset(",;(、/")
_EACH = words("each every")
_LEADING = words("with and of each having")
_AFTER = frozenset(",;.)、(/")
_NAMES = words("peak memory hbm hbm2e hbm3 hbm3e vram each fp16 bf16 dense mfu at and bandwidth")
_OTHERS = words("node server total link network nvlink pcie infiniband used weight cache cpu host free left needed")


def specifications(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """Rows of the machines, each with the index of its figure, in a list that begins with a number of devices.

    Also the size that a device has by name: "75 GB of each 80 GB GPU".
    """
    tokens = sentence.tokens
    yield from ((ROW_OF["hardware.memory"], at) for at in range(1, len(tokens) - 1) if _is_of_each(tokens, at))
    start = len(tokens) - len(sentence.value)
    if sentence.block.kind is Kind.CELL or not _counts_devices(tokens[start : start + 4]):
        return
    if _OTHERS & {token.stem for token in tokens}:
        return
    seen: set[str] = set()
    for at in range(start + 2, len(tokens)):
        figure = tokens[at].figure
        key = _ROWS.get(figure.quantity.dimension) if figure else None
        if figure is None or key is None or key in seen or not _is_alone(tokens, at):
            continue
        no_memory = key == "hardware.memory" and (not _LEAST < figure.value < _LARGEST or is_held_to(tokens, at))
        if not (no_memory or (key == "hardware.memory_bandwidth" and figure.value < _SLOWEST)):
            seen.add(key)
            yield ROW_OF[key], at


def _is_of_each(tokens: Sequence[Token], at: int) -> bool:
    figure = tokens[at].figure
    size = figure is not None and figure.quantity.dimension == BYTE and _LEAST < figure.value < _LARGEST
    return size and tokens[at - 1].stem in _EACH and tokens[at + 1].stem in _DEVICES


def _counts_devices(tokens: Sequence[Token]) -> bool:
    """Whether a list begins with "8 GPUs," or "8 A100 GPUs"."""
    noun = next((n for n, token in enumerate(tokens) if token.stem in _DEVICES), 0)
    after = tokens[noun + 1] if noun and noun + 1 < len(tokens) else None
    follows = after is not None and (after.sign in _BEFORE or after.stem in _LEADING)
    return follows and (figure := tokens[0].figure) is not None and figure.is_count


def _is_alone(tokens: Sequence[Token], at: int) -> bool:
    """Whether a size stands between two signs of a list, with no other words beside it than those of a device."""
    before, after = tokens[at - 1], tokens[at + 1] if at + 1 < len(tokens) else None
    led = before.sign in _BEFORE or before.stem in _LEADING
    return led and (after is None or after.sign in _AFTER or after.stem in _NAMES)
