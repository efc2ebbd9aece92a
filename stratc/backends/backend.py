"""What a backend is, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from stratc.analysis.case import Case
from stratc.arith.term import HasSpans
from stratc.diagnostics.diagnostic import Diagnostic

Where: TypeAlias = Callable[[HasSpans], str]
"""Says on which lines something rests, for comments: "plan.strat:12", or "" where no document says it."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file of an emission; the path is relative to the output folder.

    `again` marks a file that says once more, in another form, what another one says.
    """

    path: str
    text: str
    executable: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks of a target beside the plan.

    `version` is the target's own, "" the newest known; `launcher` is "torchrun", "slurm" or "" for the target's usual
    one; `lenient` writes files although the target cannot express some of the plan; `role` is "prefill" or "decode"
    where a plan serves the two apart.
    """

    version: str = ""
    launcher: str = ""
    lenient: bool = False
    role: str = ""


USUAL = Options()


@dataclass(frozen=True, slots=True)
class Emission:
    """Files, or the reasons why there are none; remarks may stand beside files."""

    artefacts: tuple[Artefact, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class Backend(Protocol):
    """Lowers a case to typed values of its target and prints them.  It reads and writes no files."""

    name: str

    def emit(self, case: Case, where: Where, options: Options = USUAL) -> Emission: ...
