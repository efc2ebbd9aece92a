"""Launch commands and settings in fences, under the headings and words that introduce them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.frontends.launch.fragment import told
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.fence_kinds import is_tagged
from stratc.frontends.markdown.document.fence_text import is_partial, lines, written
from stratc.frontends.markdown.document.scopes import role_of, scope_of, strategy_of
from stratc.ir.scope import Role
from stratc.ir.setting import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.diagnostics.diagnostic import Diagnostic
    from stratc.frontends.launch.fragment import Told
    from stratc.frontends.markdown.document.blocks import Fence
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.scope import Scope
    from stratc.ir.statement import Statement

_BESIDE = re.compile(
    r"(?i)\b(?:instead of|rather than|for example|e\.g\.|such as|do not|don't|never|avoid|wrong|incorrect|invalid|"
    r"fails?|broken|formerly|before(?= *[:,.;)]|$| this\b| that\b)|until now|we (?:ran|used)|"
    r"(?:was|were)(?! (?:submitted|launched|started|built|chosen|sized)\b)|would|could|might|if you|optional(?:ly)?|"
    r"debug|smoke|sanity|dry[- ]run|quick|toy|locally|local (?:run|test|machine|try|trial|setup)|"
    r"single[- ](?:gpu|node|device)(?! (?:with|of|has|holds|is)\b)|option [b-z2-9]|variant|ablation|"
    r"benchmark|profil\w+|evaluat\w+|convert\w*)\b|示例|例如"
)
_JOBS_BESIDE = re.compile(
    r"(?i)\b(?:benchmark\w*|debug\w*|smoke|profil\w+|conver(?:t|ting|sion)|export\w*|troubleshoot\w*|quick ?start|"
    r"option [b-z2-9]|variant)\b"
)
_DUE = re.compile(r"(?i)\b(?:to-?dos?|next steps|open (?:items|questions|points|issues))\b|待办|下一步")
_LAUNCH = re.compile(
    r"(?i)\W*(?:(?:the |our |full )?(?:run|launch|start|submit|command)(?: (?:it|with|by|line|command))?|"
    r"启动(?:命令)?|运行)\W*"
)


@dataclass(frozen=True, slots=True)
class Fenced:
    """What the fences of a document say; `groups` are those that are no prose although they bear no tag."""

    statements: tuple[Statement, ...]
    slips: tuple[Diagnostic, ...]
    groups: frozenset[int]


def fenced(text: str, found: Sequence[tuple[Fence, str]], said: Sequence[Sentence], source: str) -> Fenced:
    """Everything that these fences of a document set and launch, each in its notation."""
    above, number = _introduced(said), 0
    statements: list[Statement] = []
    slips: list[Diagnostic] = []
    for fence, notation in found:
        inner = written(fence, text, notation)
        scope = above.get(fence.group)
        if scope is None or not inner.text:
            continue
        for each in told(inner, notation, source):
            whole = each.starts and not is_partial(fence, text)
            statements.extend(_under(each, scope, number if whole else ALONE, fence, text))
            number += each.starts
            slips.extend(each.slips if scope.role is Role.PLAN and whole else ())
    groups = frozenset(fence.group for fence, _ in found if not is_tagged(fence.language))
    distinct = {(each.subject, each.span): each for each in reversed(statements)}
    return Fenced(tuple(reversed(distinct.values())), tuple(slips), groups)


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
    if role is Role.PLAN and path and _JOBS_BESIDE.search(path[-1]):
        role = Role.ALTERNATIVE
    strategy = scope.strategy
    if above is not None and above.block.kind in (Kind.PARAGRAPH, Kind.ITEM) and above.scope.path == scope.path:
        if role is Role.ALTERNATIVE and path and _DUE.search(path[-1]) and _LAUNCH.fullmatch(above.text):
            role = Role.PLAN  # a closing command below a list of things to do
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
    framework = next((str(each.value) for each in told.statements if each.subject == "strategy.framework"), "")
    scopes: dict[tuple[str, str], Scope] = {}
    for each in told.statements:
        note = next((words for start, end, words in notes if start <= each.span.start < end), "")
        path = paths.get(each.span, "").removeprefix("setting.")
        if (note, path) not in scopes:
            scopes[note, path] = _within(scope, note, path)
        if each.subject.startswith("setting."):
            yield replace(each, scope=scopes[note, path], index=number, cause=framework)
        elif each.subject == "pool.devices":  # which are added up, whatever phase each pool serves
            yield replace(each, scope=replace(scopes[note, path], strategy=scope.strategy))
        else:
            yield replace(each, scope=scopes[note, path])


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
