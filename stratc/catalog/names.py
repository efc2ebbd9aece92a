"""How a plan's name for a device or a model is matched with the catalogue's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CHIP = re.compile(r"[a-z0-9.]+")
_PIECE = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_SIZE = re.compile(r"\d+g(i?b)?")
_MEMORY = re.compile(r"(?<![\d.])(\d+)\s?g(?:i?b)?(?![a-z0-9])(?!\s*/)", re.IGNORECASE)
_VENDORS = frozenset(
    ("nvidia", "amd", "google", "huawei", "instinct", "tesla", "geforce", "cloud", "ascend", "rtx", "tensor", "core")
)
_MODEL_NOISE = frozenset(
    ("instruct", "chat", "base", "hf", "it", "model", "models", "meta", "llm", "moe", "transformer", "awq", "gptq")
)
_TRAINED = frozenset(("coder", "math", "thinking", "reasoning", "preview", "sft", "dpo", "python", "rl"))
_DATE = re.compile(r"\d{4}")
_PRECISION = re.compile(r"\b(?:fp|bf|int|nvfp|mxfp)\d+\b")
Devices: TypeAlias = "tuple[tuple[frozenset[str], str], ...]"
Models: TypeAlias = "Mapping[tuple[str, ...], str]"


def devices_by_words(aliases: Mapping[str, str]) -> Devices:
    """The words of every name of a device, with the entry it stands for."""
    return tuple((_device_words(alias), entry) for alias, entry in aliases.items())


def models_by_words(aliases: Mapping[str, str]) -> Models:
    """The entry of a model by the words of each of its names."""
    return {_model_words(alias): entry for alias, entry in aliases.items()}


def find_device(name: str, devices: Devices) -> str | None:
    """The entry whose words all occur in the name, the most specific one; None where the name speaks of two chips.

    >>> table = devices_by_words({"A100": "A100", "A100 SXM 80GB": "A100 SXM 80GB", "H100": "H100 SXM"})
    >>> find_device("NVIDIA A100-80GB-SXM4 GPUs", table), find_device("A100 or H100", table)
    ('A100 SXM 80GB', None)
    """
    said = _device_words(name)
    if not said:
        return None
    fits = [(len(words), entry) for words, entry in devices if words <= said]
    if not fits:
        return None
    most, best = max(fits)
    chips = {_chip(entry) for _, entry in fits}
    return best if len(chips) == 1 and most else None


def device_variants(name: str, entry: str, devices: Devices) -> tuple[str, ...]:
    """Entries of the same chip that what a plan says leaves open, the given one first.

    >>> table = devices_by_words({"H100": "H100 SXM", "H100 PCIe": "H100 PCIe", "A100": "A100"})
    >>> device_variants("H100 GPUs", "H100 SXM", table), device_variants("H100 PCIe", "H100 PCIe", table)
    (('H100 SXM', 'H100 PCIe'), ('H100 PCIe',))
    """
    said, chip = _device_words(name) & frozenset().union(*(words for words, _ in devices)), _chip(entry)
    return tuple(dict.fromkeys([entry, *(each for words, each in devices if said <= words and _chip(each) == chip)]))


def memory_in(name: str) -> float | None:
    """Bytes of memory that the name of a device tells; None where it tells none, or several.

    >>> memory_in("H100-96GB-HBM2e"), memory_in("A100 SXM"), memory_in("A100 40GB or 80GB")
    (96000000000.0, None, None)
    """
    sizes = set(_MEMORY.findall(name))
    return float(sizes.pop()) * 1e9 if len(sizes) == 1 else None


def _chip(entry: str) -> str:
    """The chip that variants share: the shortest word with a digit that is no memory size."""
    words = [word for word in _device_words(entry) if any(map(str.isdigit, word)) and not _SIZE.fullmatch(word)]
    return min(words or [entry])


def _device_words(name: str) -> frozenset[str]:
    """Words that tell devices apart: "A100-SXM4-80GB" and "A100 80 GB SXM" have the same."""
    text = re.sub(r"(\d+)\s*-?\s*g(?:i?b)?\b", r"\1gb ", name.casefold())
    text = re.sub(r"\bsxm\d\b", "sxm", re.sub(r"(?<=rtx)(?=\d)|(?<=tpu)(?=v)|(?<=ascend)(?=\d)", " ", text))
    text = re.sub(r"\b(trainium|gaudi)[\s-]+(?=\d\b)", r"\1", text)
    return frozenset(_CHIP.findall(text)) - _VENDORS


def find_model(name: str, models: Models) -> str | None:
    """The entry of that name, whatever its case, spaces, hyphens, owner and words such as "Instruct".

    >>> table = models_by_words({"Llama 2 70B": "Llama 2 70B", "Llama 2 7B": "Llama 2 7B"})
    >>> find_model("meta-llama/Llama-2-70b-chat-hf", table), find_model("Llama 2", table)
    ('Llama 2 70B', None)

    What a model was trained for afterwards, and when, changes no shape.

    >>> find_model("Llama-2-70B-Math-2407", table)
    'Llama 2 70B'
    """
    said = [_model_words(text) for text in (name, name.rpartition("/")[2])]
    said += [tuple(word for word in words if word not in _TRAINED and not _DATE.fullmatch(word)) for words in said]
    return next((models[words] for words in said if words in models), None)


def _model_words(name: str) -> tuple[str, ...]:
    text = _PRECISION.sub(" ", name.casefold().replace("+", " plus "))
    return tuple(word for word in _PIECE.findall(text) if word not in _MODEL_NOISE)


def nearest_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Names close to one that is not in the catalogue, best first."""
    from stratc.text.suggest import nearest

    return nearest(name, known)
