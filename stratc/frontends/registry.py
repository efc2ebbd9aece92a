"""Frontends by the ending of a file name; one is imported when it is needed."""

from __future__ import annotations

from importlib import import_module

from stratc.frontends.frontend import Frontend

FRONTENDS = {
    ".md": "stratc.frontends.markdown.read:FRONTEND",
    ".markdown": "stratc.frontends.markdown.read:FRONTEND",
    ".strat": "stratc.frontends.strat.read:FRONTEND",
    ".json": "stratc.frontends.json:FRONTEND",
    **dict.fromkeys((".sh", ".bash", ".slurm", ".sbatch", ".conf", ".env"), "stratc.frontends.launch.script:FRONTEND"),
    **dict.fromkeys((".yaml", ".yml"), "stratc.frontends.launch.documents:YAML"),
    ".toml": "stratc.frontends.launch.documents:TOML",
    ".py": "stratc.frontends.launch.nemo:FRONTEND",
}
OTHERWISE = ".md"  # a text of another kind is read as prose


def is_prose(name: str) -> bool:
    """Whether a source of this name is read as prose, in which a plan may be spoken of in passing."""
    return _place(name) == FRONTENDS[OTHERWISE]


def frontend_for(name: str) -> Frontend:
    """The frontend that reads a source of this name."""
    module, _, attribute = _place(name).partition(":")
    found: Frontend = getattr(import_module(module), attribute)
    return found


def _place(name: str) -> str:
    dot = name.rfind(".")
    return FRONTENDS.get(name[dot:].lower() if dot >= 0 else "", FRONTENDS[OTHERWISE])
