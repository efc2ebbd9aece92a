"""What a `.strat` file says, as written: one dataclass a construct; spans and layout do not enter equality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from stratc.text.span import Span

BLOCKS = ("hardware", "model", "workload", "strategy", "targets", "stage", "experts")
ROLE_WORDS = ("baseline", "earlier", "rejected", "alternative", "example")  # before `strategy`: not the plan itself
TOP_BLOCKS = (*BLOCKS[:5], *ROLE_WORDS)
KEYWORDS = ("expect", "require", "let", "import", "mention")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written, its unit words, and the name that a working gives it: `16 "heads"`."""

    digits: str
    units: tuple[str, ...]
    label: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: a constant, a key or one of a fixed set of words."""

    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes, without them."""

    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Values joined by operators of one rank, read from the left: `a + b - c`."""

    first: Value
    rest: tuple[tuple[str, Value], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """A value with a sign before it."""

    sign: str
    value: Value
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A value in round brackets, and the unit words after it: `(64 + 16) GB`."""

    value: Value
    units: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values: `ceil(a / b)`."""

    name: str
    arguments: tuple[Value, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """From one value to another, both included: `128..10240`."""

    low: Value
    high: Value
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class About:
    """A value that is only approximate: `~2.1 GB`."""

    value: Value
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values and ranges in square brackets."""

    items: tuple[Value, ...]
    span: Span = field(compare=False)


Value: TypeAlias = Figure | Word | Text | Chain | Signed | Group | Call | Range | About | Listing


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from `#` on; `gap` says that a blank line stands before it."""

    text: str
    span: Span = field(compare=False)
    gap: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a statement stands in the file.

    `above` are the comments on the lines before it, `beside` the one at its end, `inside` the one after a block's `{`.
    `joined`: on the line of the statement before it; `gap`: after a blank line; `flat`: a block on one line.
    """

    above: tuple[Comment, ...] = ()
    beside: Comment | None = None
    inside: Comment | None = None
    joined: bool = field(default=False, compare=False)
    gap: bool = field(default=False, compare=False)
    flat: bool = field(default=False, compare=False)


PLAIN = Layout()


@dataclass(frozen=True, slots=True)
class Setting:
    """`key = value`, `key <= value`; a catalogue entry may carry `fields` that override it."""

    key: Word
    relation: str
    value: Value
    span: Span = field(compare=False)
    fields: tuple[Item, ...] | None = None
    tail: tuple[Comment, ...] = ()
    layout: Layout = PLAIN


@dataclass(frozen=True, slots=True)
class Block:
    """`kind label … { items }`; `items` is None where no braces are written; `tail`: comments before the `}`."""

    kind: Word
    labels: tuple[Value, ...]
    items: tuple[Item, ...] | None
    span: Span = field(compare=False)
    tail: tuple[Comment, ...] = ()
    layout: Layout = PLAIN


@dataclass(frozen=True, slots=True)
class Goal:
    """`goal >= 90 % met`: what is required beside what is claimed."""

    relation: str
    value: Value
    met: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """`expect metric relation value …`; `required` where it is a requirement and no promise (`require`)."""

    metric: Word
    relation: str
    value: Value
    span: Span = field(compare=False)
    required: bool = False
    tolerance: Value | None = None
    per: Word | None = None
    on: tuple[Word | None, Figure] | None = None
    working: Value | None = None
    against: Figure | None = None
    because: Word | Text | None = None
    goal: Goal | None = None
    layout: Layout = PLAIN


@dataclass(frozen=True, slots=True)
class Constant:
    """`let name = value`."""

    name: Word
    value: Value
    span: Span = field(compare=False)
    layout: Layout = PLAIN


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`import "file"`."""

    path: Text
    span: Span = field(compare=False)
    layout: Layout = PLAIN


@dataclass(frozen=True, slots=True)
class Mention:
    """`mention concept, …`: what the plan names without a figure."""

    concepts: tuple[Word, ...]
    span: Span = field(compare=False)
    because: Word | Text | None = None
    layout: Layout = PLAIN


Item: TypeAlias = Setting | Block | Claim | Constant | Inclusion | Mention


@dataclass(frozen=True, slots=True)
class File:
    """A whole file: its statements and the comments after the last one."""

    items: tuple[Item, ...]
    tail: tuple[Comment, ...] = ()
