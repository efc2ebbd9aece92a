"""Megatron's small languages: which layers have experts, and which layers a stage holds."""

from __future__ import annotations

import re

LARGEST = 20_000
_LIST = re.compile(r"\(?\[([01](?:,[01])*)\]\)?(?:\*(\d{1,5}))?")
_REPEAT = re.compile(r"\(([^()]*)\)\*(\d{1,5})|([EtmL])\*(\d{1,5})")


def layer_kinds(text: str) -> list[int] | None:
    """1 for each layer with experts, 0 for each without; None where the text is no such pattern.

    >>> layer_kinds("([0]*3+[1]*5)"), layer_kinds("[0, 1]*2"), layer_kinds("os.system('x')")
    ([0, 0, 0, 1, 1, 1, 1, 1], [0, 1, 0, 1], None)
    """
    plain = re.sub(r"[\s\"']", "", text)
    repeated = re.fullmatch(r"\(([^()]*)\)\*(\d{1,5})", plain)
    if repeated:
        inner = layer_kinds(repeated[1])
        return inner * int(repeated[2]) if inner and len(inner) * int(repeated[2]) <= LARGEST else None
    if plain.startswith("(") and plain.endswith(")"):
        plain = plain[1:-1]
    found: list[int] = []
    for part in plain.split("+"):
        match = _LIST.fullmatch(part)
        if not match or len(found) > LARGEST:
            return None
        found += [int(each) for each in match[1].split(",")] * min(int(match[2] or 1), LARGEST)
    return found


def parts_of_layout(text: str) -> list[str] | None:
    """The letters of each stage of --pipeline-model-parallel-layout; None where the text is no layout.

    >>> parts_of_layout("Et*2|(tt|)*2tL"), parts_of_layout("E|x|L")
    (['Ett', 'tt', 'tt', 'tL'], None)
    """
    plain = re.sub(r"[\s,\"']", "", text)
    for _ in range(20):
        if len(plain) > LARGEST:
            return None
        spelt = _REPEAT.sub(lambda each: (each[1] if each[1] is not None else each[3]) * int(each[2] or each[4]), plain)
        if spelt == plain:
            break
        plain = spelt
    return plain.split("|") if re.fullmatch(r"[EtmL|]+", plain) else None


def stages_of_layout(text: str) -> list[int] | None:
    """Decoder layers of each stage of --pipeline-model-parallel-layout; None where the text is no layout.

    >>> stages_of_layout("Et*2|(tt|)*3tL")
    [2, 2, 2, 2, 1]
    """
    parts = parts_of_layout(text)
    return None if parts is None else [part.count("t") for part in parts]
