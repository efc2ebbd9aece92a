"""Which releases of DeepSpeed are known, and since when they read a key.

Source: deepspeed/runtime/config.py of 0.16.5 and 0.19.8.
"""

from __future__ import annotations

from stratc.errors import UsageError

VERSIONS = ("0.14", "0.15", "0.16", "0.17", "0.18", "0.19")
NEWEST = VERSIONS[-1]
SEQUENCE_PARALLEL = "0.17"  # before, `sequence_parallel_size` is ignored, and the batch counted over all ranks


def release(text: str) -> str:
    """The release that a version belongs to, "" for the newest known.  Raises UsageError where none is known.

    >>> release("0.16.5"), release("")
    ('0.16', '0.19')
    """
    found = ".".join(text.removeprefix("v").split(".")[:2]) if text else NEWEST
    if found not in VERSIONS:
        raise UsageError(f"no DeepSpeed `{text}`; there are {VERSIONS[0]} to {NEWEST}")
    return found


def splits_sequences(version: str) -> bool:
    """Whether a release reads the size of sequence-parallel groups."""
    return VERSIONS.index(version) >= VERSIONS.index(SEQUENCE_PARALLEL)
