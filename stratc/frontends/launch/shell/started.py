"""What a script starts: programs, and further scripts."""

from __future__ import annotations

from dataclasses import dataclass, field

from stratc.frontends.launch.traced import Traced


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its words, those that carry it (srun, sbatch), Slurm's options and the files written before."""

    words: tuple[Traced, ...]
    carriers: tuple[tuple[Traced, ...], ...] = ()
    slurm: dict[str, Traced] = field(default_factory=dict)
    files: dict[str, Traced] = field(default_factory=dict)
    variables: dict[str, Traced] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """A script inside the script: its text, its arguments where they are told, and where its file lies."""

    text: Traced
    arguments: list[Traced] | None = None
    place: str = ""
