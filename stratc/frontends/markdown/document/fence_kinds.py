"""Which fences hold launch commands and settings, and in what notation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.launch.option_names import key_named
from stratc.frontends.markdown.document.listings import LISTING
from stratc.frontends.markdown.words.vocabulary import words
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from stratc.frontends.markdown.document.blocks import Fence

_PLAIN_TAGS = words(f"text txt plain plaintext ascii diagram output md markdown plan none mermaid {LISTING}")
LONGEST = 100_000  # characters of a fence that is read as settings
_NOTATIONS = {
    **dict.fromkeys(words("bash sh shell zsh console shell-session terminal slurm sbatch"), "shell"),
    **dict.fromkeys(words("json json5 jsonc"), "json"),
    **dict.fromkeys(words("yaml yml"), "yaml"),
    **dict.fromkeys(words("toml ini conf cfg properties hcl"), "toml"),
}
STARTS = Pattern(  # the first words of a command
    r"(?m)^[ \t>]*(?:\$ )?(?:[A-Z_]\w*=\S+ +)*(?:(?:sudo|exec|nohup) )?"
    r"(?:torchrun|deepspeed|accelerate launch|mpirun|mpiexec|srun|sbatch|vllm serve|sglang serve|docker run|"
    r"python3? (?:-u )?(?:-m )?[\w./-]+)(?=\s)"
)
_FLAGS = Pattern(r"[\s>]*--[A-Za-z]")  # a part of a command that begins with an option
_OBJECT = Pattern(r"\s*\{\s*\"[\s\S]*\}\s*")
_SAYS = re.compile(r"--?[A-Za-z]|[=:]")  # what every setting is written with
_FIGURE = re.compile(r"\d")
_NAME = Pattern(r"([A-Za-z_][\w-]*)[\"']?\s*[:=]|--([A-Za-z][\w-]*)")


def is_tagged(language: str) -> bool:
    """Whether a fence is tagged with a language; bare fences are part of the plan."""
    return bool(language) and language not in _PLAIN_TAGS


def notation_of(fence: Fence, whole: str) -> str:
    """How a fence is to be read, "" where it is prose or holds no setting; the tag decides, else its look."""
    if fence.end - fence.start > LONGEST:
        return ""
    text = whole[fence.start : fence.end]
    if not _FIGURE.search(text) or not _SAYS.search(text):
        return ""
    if is_tagged(fence.language):
        found = _NOTATIONS.get(fence.language, "program")
        return found if found != "program" or _sets(text) else ""
    if _FLAGS.match(text) or (" --" in text and STARTS.search(text)):
        return "shell"
    return "json" if _OBJECT.fullmatch(text) else ""


def _sets(text: str) -> bool:
    """Whether a program gives a value to anything that a plan knows."""
    return any(key_named(match[1] or match[2]) for match in _NAME.finditer(text))
