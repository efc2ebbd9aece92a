"""One emission for all strategies that a plan proposes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.backends.backend import USUAL, Artefact, Emission, Options
from stratc.backends.json import BACKEND as JSON
from stratc.ir.scope import PHASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.analysis.case import Case
    from stratc.backends.backend import Backend, Where


def emit_every(backend: Backend, cases: Sequence[Case], where: Where, options: Options = USUAL) -> Emission:
    """The files of each strategy in a folder of its name; JSON holds all strategies in one file.

    Refused as a whole where one strategy is refused.  Strategies for prefill and for decode are told their role.
    """
    if len(cases) == 1 or backend.name == JSON.name:
        return backend.emit(cases[0], where, options)
    artefacts: list[Artefact] = []
    roles = [next((word for word in PHASES if word in case.strategy.name.lower()), "") for case in cases]
    apart = set(PHASES) <= set(roles)
    told = [replace(options, role=role if apart else "") for role in roles]
    parts = [backend.emit(case, where, asked) for case, asked in zip(cases, told, strict=True)]
    folders = [folder_name(case.strategy.name) for case in cases]
    for number, part in enumerate(parts):
        folder = folders[number] or "strategy"
        folder = f"{folder}-{number}" if folder in ("strategy", *folders[:number]) else folder
        artefacts += [replace(each, path=f"{folder}/{each.path}") for each in part.artefacts]
    remarks = dict.fromkeys(each for part in parts for each in part.diagnostics)
    return Emission(tuple(artefacts) if all(part.artefacts for part in parts) else (), tuple(remarks))


def folder_name(name: str) -> str:
    """A name as a folder: letters, figures and hyphens.

    >>> folder_name("Decode phase / revised")
    'decode-phase-revised'
    """
    return "-".join("".join(char if char.isalnum() else " " for char in name.lower()).split())
