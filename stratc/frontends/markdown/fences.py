"""Launch commands and settings in fences, under the headings and words that introduce them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.fence_text import is_partial, lines, written
from stratc.frontends.markdown.scopes import role_of, scope_of, strategy_of
from stratc.frontends.markdown.vocabulary import words
from stratc.ir.scope import Role
from stratc.ir.setting import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.frontends.launch.fragment import Told
    from stratc.frontends.markdown.blocks import Blocks, Fence
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.scope import Scope
    from stratc.ir.statement import Statement

PLAIN_TAGS = words("text txt plain plaintext ascii diagram output md markdown plan none mermaid")
LONGEST = 100_000  # characters of a fence that is read as settings
_NOTATIONS = {
    **dict.fromkeys(words("bash sh shell zsh console shell-session terminal slurm sbatch"), "shell"),
    **dict.fromkeys(words("json json5 jsonc"), "json"),
    **dict.fromkeys(words("yaml yml"), "yaml"),
    **dict.fromkeys(words("toml ini conf cfg properties hcl"), "toml"),
}
_STARTS = re.compile(
    r"(?m)^[ \t>]*(?:\$ )?(?:[A-Z_]\w*=\S+ +)*(?:(?:sudo|exec|nohup) )?"
    r"(?:torchrun|deepspeed|accelerate launch|mpirun|mpiexec|srun|sbatch|vllm serve|sglang serve|docker run|"
    r"python3? (?:-u )?(?:-m )?[\w./-]+)(?=\s)"
)
_OBJECT = re.compile(r"\s*\{\s*\"[\s\S]*\}\s*")
_SAYS = re.compile(r"--?[A-Za-z]|[=:]")  # what every setting is written with
_FIGURE = re.compile(r"\d")
_BESIDE = re.compile(
    r"(?i)\b(?:instead of|rather than|for example|e\.g\.|such as|do not|don't|never|avoid|wrong|incorrect|invalid|"
    r"fails?|broken|formerly|before|until now|we (?:ran|used)|was|were|would|could|might|if you|optional(?:ly)?|debug|"
    r"smoke|sanity|dry[- ]run|quick|toy|local(?:ly)?|single[- ](?:gpu|node|device)|option [b-z2-9]|variant|ablation|"
    r"benchmark|profil\w+|evaluat\w+|convert\w*)\b|示例|例如"
)


@dataclass(frozen=True, slots=True)
class Read:
    """What the fences of a document say; `groups` are those that are no prose although they bear no tag."""

    statements: tuple[Statement, ...]
    slips: tuple[Diagnostic, ...]
    groups: frozenset[int]


NOTHING = Read((), (), frozenset())


def fenced(blocks: Blocks, said: Sequence[Sentence], source: str) -> Read:
    """Everything that the fences of a document set and launch."""
    found = [(fence, notation) for fence in blocks.fences if (notation := _notation(fence, blocks.text))]
    if not found:
        return NOTHING
    from stratc.frontends.launch.fragment import told  # only a document with settings pays for it

    above, number = _introduced(said), 0
    statements: list[Statement] = []
    slips: list[Diagnostic] = []
    for fence, notation in found:
        text = written(fence, blocks.text, notation)
        scope = above.get(fence.group)
        if scope is None or not text.text:
            continue
        for each in told(text, notation, source):
            whole = each.starts and not is_partial(fence, blocks.text)
            statements.extend(_under(each, scope, number if whole else ALONE, fence, blocks.text))
            number += each.starts
            slips.extend(each.slips if scope.role is Role.PLAN and whole else ())
    groups = frozenset(fence.group for fence, _ in found if fence.language in ("", *PLAIN_TAGS))
    return Read(
        tuple({(each.subject, each.span): each for each in reversed(statements)}.values())[::-1], tuple(slips), groups
    )


def _notation(fence: Fence, whole: str) -> str:
    """How a fence is to be read, "" where it is prose or holds no setting; the tag decides, else its look."""
    if fence.end - fence.start > LONGEST:
        return ""
    text = whole[fence.start : fence.end]
    if not _FIGURE.search(text) or not _SAYS.search(text):
        return ""
    if fence.language and fence.language not in PLAIN_TAGS:
        return _NOTATIONS.get(fence.language, "program")
    if " --" in text and _STARTS.search(text):
        return "shell"
    return "json" if _OBJECT.fullmatch(text) else ""


def _introduced(said: Sequence[Sentence]) -> dict[int, Scope]:
    """The scope of every fence: that of its section, and of the words right above it."""
    found: dict[int, Scope] = {}
    last: Sentence | None = None
    for sentence in said:
        block = sentence.block
        if block.group in found and (block.kind is Kind.CODE or block.kind is Kind.CELL):
            continue
        if block.kind is Kind.CODE or (block.kind is Kind.CELL and block.header != (0, 0)):
            found[block.group] = _scope(sentence, last)
        if block.kind is not Kind.CODE:
            last = sentence
    return found


def _scope(first: Sentence, above: Sentence | None) -> Scope:
    """The scope of a fence by its first line; it has no topic, since settings are at home nowhere."""
    path = first.scope.path
    scope = replace(scope_of(path + first.lead, titled=first.titled), path=path)
    role: Role = Role.PLAN if scope.role is Role.TARGET else scope.role
    strategy = scope.strategy
    if above is not None and above.block.kind in (Kind.PARAGRAPH, Kind.ITEM) and above.scope.path == scope.path:
        if role is Role.PLAN:
            role = _role(above.text) or role
        strategy = strategy_of(above.text) or strategy
    return replace(scope, role=role, strategy=strategy, topics=())


def _role(text: str) -> Role | None:
    """The role that words right above settings give them."""
    role = role_of(text)
    if role in (Role.EARLIER, Role.ALTERNATIVE, Role.EXAMPLE):
        return role
    return Role.ALTERNATIVE if _BESIDE.search(text) else None


def _under(told: Told, scope: Scope, number: int, fence: Fence, text: str) -> Iterator[Statement]:
    """Statements of a fence in its scope, under the comments and the names that they stand below."""
    paths = {each.span: each.subject for each in told.statements if each.subject.startswith("setting.")}
    notes = tuple(_comments(fence, text))
    scopes: dict[tuple[str, str], Scope] = {}
    for each in told.statements:
        note = next((words for start, end, words in notes if start <= each.span.start < end), "")
        path = paths.get(each.span, "").removeprefix("setting.")
        if (note, path) not in scopes:
            scopes[note, path] = _within(scope, note, path)
        index = number if each.subject.startswith("setting.") else None
        yield replace(each, scope=scopes[note, path], index=index)


def _within(scope: Scope, note: str, path: str) -> Scope:
    """The scope of one setting: a comment or a name above it may give it to another plan, or to one phase."""
    named = re.sub(r"[._-]", " ", path.rpartition(".")[0])
    role = _role(note) or _role(named) if scope.role is Role.PLAN else None
    return replace(scope, role=role or scope.role, strategy=strategy_of(named) or strategy_of(note) or scope.strategy)


def _comments(fence: Fence, text: str) -> Iterator[tuple[int, int, str]]:
    """Comments on lines of their own, and the lines that each speaks of: up to a blank line or the next comment."""
    start, words = fence.start, ""
    for at, end in lines(text, fence):
        line = text[at:end].strip()
        if line.startswith(("#", "//")) and not line.startswith("#SBATCH"):
            if words:
                yield start, at, words
            start, words = at, line.lstrip("#/ ")
        elif not line and words:
            yield start, at, words
            words = ""
    if words:
        yield start, fence.end, words
