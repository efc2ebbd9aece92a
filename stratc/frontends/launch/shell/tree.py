"""The commands of a shell script; words stand as written, to be expanded when their turn comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stratc.frontends.launch.traced import Traced


@dataclass(frozen=True, slots=True)
class Assign:
    """name=value, name+=value, name[index]=value, name=(words)."""

    name: str
    value: Traced | tuple[Traced, ...]
    append: bool = False
    index: Traced | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """A sign and its target; of a here-document its text, and whether that stays as written."""

    sign: str
    target: Traced
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, words and redirections; `declared` are assignments among the words of declare and its kin."""

    assigns: tuple[Assign, ...]
    words: tuple[Traced, ...]
    redirects: Sequence[Redirect]  # here-documents are filled in when their line ends
    declared: tuple[Assign, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """[[ words ]]."""

    words: tuple[Traced, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """(( text ))."""

    text: Traced


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by |; `negated` by a leading !."""

    parts: tuple[Command, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Commands joined by && and ||: the first, then a sign and a command each."""

    first: Command
    rest: tuple[tuple[str, Command], ...]


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with their bodies, in order, and what else."""

    arms: tuple[tuple[Block, Block], ...]
    otherwise: Block = ()


@dataclass(frozen=True, slots=True)
class For:
    """for name in words."""

    name: str
    words: tuple[Traced, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Count:
    """for ((start; test; step))."""

    head: tuple[Traced, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Loop:
    """while and until, with what their commands read."""

    test: Block
    body: Block
    until: bool
    redirects: Sequence[Redirect] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """case word in patterns) body, each arm with the sign that ends it."""

    word: Traced
    arms: tuple[tuple[tuple[Traced, ...], Block, str], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """name() { body }."""

    name: str
    body: Block


@dataclass(frozen=True, slots=True)
class Group:
    """{ body } and ( body ), with redirections that hold for all of it; round brackets have a shell of their own."""

    body: Block
    redirects: Sequence[Redirect] = ()
    apart: bool = False


Command: TypeAlias = Simple | Test | Arithmetic | Pipe | Chain | If | For | Count | Loop | Case | Function | Group
Block: TypeAlias = tuple[Command, ...]
