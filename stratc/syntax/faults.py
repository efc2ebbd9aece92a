"""Syntax errors in words users know: what was found, what was expected, and how to mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity
from stratc.diagnostics.fix import Applicability, Edit, Fix
from stratc.syntax.cut import Cut, Flaw, Kind
from stratc.syntax.tree import BLOCKS, KEYWORDS, ROLE_WORDS
from stratc.text.span import Span
from stratc.text.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Set

    from lark.exceptions import UnexpectedInput

    from stratc.text.source import Source

SYNTAX = RuleId("IN101", "syntax-error")
UNCLOSED = RuleId("IN102", "unclosed-bracket")
_END = "$END"
_VALUE = {"NUMBER", "NAME", "STRING"}
_IN_WORDS = {
    # terminals, in the order of the message: the words for them; several terminals may share words
    "EXPECT": "a statement",
    "EQUAL": "`=`",
    "RELATION": "a comparison",
    "NUMBER": "a number",
    "NAME": "a name",
    "STRING": "a text in quotes",
    "MET": "`met`",
    "UNIT": "a unit",
    "OPEN": "`{`",
    "SIGN": "an operator",
    "FACTOR": "an operator",
    "UPTO": "`..`",
    "COMMA": "`,`",
    "RSQB": "`]`",
    "RPAR": "`)`",
    "LPAR": "`(`",
    "LSQB": "`[`",
    _END: "the end of the statement",
}
_FIRST_WORD = re.compile(r"[^\W\d][\w.-]*")
_FOUND = re.compile(r"\w+(?:[.-]\w+)*%?|==|<=|>=|\.\.|[^\w\s]")
_THOUSANDS = re.compile(r"(?<=\d),\d{3}(?!\d)")


def diagnostic(
    rule: RuleId, message: str, span: Span, label: str = "here", *also: Label, advice: str = "", fix: Fix | None = None
) -> Diagnostic:
    """An error of the text itself."""
    return Diagnostic(
        rule, Category.INPUT, Severity.ERROR, Certainty.DEFINITE, message, Label(span, label), also, None, advice, fix
    )


def flawed(source: Source, cut: Cut) -> Diagnostic:
    """What is wrong with a piece that could not be read at all."""
    at = Span(source.name, cut.flaw_at, cut.flaw_at + 1)
    end = Span(source.name, cut.end, cut.end)
    match cut.flaw:
        case Flaw.TORN_TEXT:
            message = "the text that begins here is not closed before the end of the line"
            return diagnostic(UNCLOSED, message, at, "opened here", advice='close it with `"`')
        case Flaw.OPEN_BRACKET:
            sign = source.text[cut.flaw_at]
            ends = "]" if sign == "[" else ")"
            message = f"`{sign}` is not closed: expected `{ends}`"
            return diagnostic(UNCLOSED, message, at, "opened here", Label(end, f"`{ends}` expected before this"))
        case _:
            return diagnostic(SYNTAX, "brackets are nested too deeply", at, advice="name a part with `let`")


def unexpected(source: Source, cut: Cut, error: UnexpectedInput) -> Diagnostic:
    """What was found where something else was expected."""
    statement = source.text[cut.start : cut.end]
    at = error.pos_in_stream
    if at is None or at < 0 or getattr(getattr(error, "token", None), "type", "") == _END:
        at = len(statement)
    found = _FOUND.match(statement, at)
    end = found.end() if found else min(at + 1, len(statement))
    span = Span(source.name, cut.start + at, cut.start + end)
    accepts = _accepted(error)
    known = _known_slip(source, cut, statement, at, accepts)
    if known:
        return known
    wanted = _wanted(accepts, statement[:at].strip())
    seen = f"`{statement[at:end]}`" if end > at else _after(source, cut)
    label = f"{wanted} expected" if _END not in accepts else "not expected here"
    return diagnostic(SYNTAX, f"found {seen}, expected {wanted}", span, label, advice=_help(statement, at))


def _after(source: Source, cut: Cut) -> str:
    """What follows a statement that ends too early."""
    rest = source.text[cut.end : cut.end + 80].lstrip(" \t\r")
    if not rest:
        return "the end of the file"
    return f"`{rest[0]}`" if rest[0] in ";}" else "the end of the line"


def _accepted(error: UnexpectedInput) -> Set[str]:
    parser = getattr(error, "interactive_parser", None)
    accepted: Set[str] = parser.accepts() if parser else set()
    return accepted


def _wanted(accepts: Set[str], before: str) -> str:
    """The expected words as a list for people."""
    if _END in accepts and before:
        return f"the end of the line or `;` after `{_short(before)}`"
    if accepts >= _VALUE:
        return "a value"
    words = list(dict.fromkeys(_IN_WORDS[name] for name in _IN_WORDS if name in accepts))
    if not words or words[0] == "a statement":
        return "a statement"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"… {text[-36:]}"


def _known_slip(source: Source, cut: Cut, statement: str, at: int, accepts: Set[str]) -> Diagnostic | None:
    """Mistakes whose cause is plain: they get a message and a fix of their own."""
    first = _FIRST_WORD.match(statement)
    name = first.group() if first else ""
    after = cut.start + len(name)
    span = Span(source.name, cut.start + at, min(cut.start + at + 1, cut.end))
    if statement[at : at + 1] == ":" and statement[:at].strip() == name:
        sign = Span(span.source, span.start, span.end + statement.startswith(":=", at))
        fix = Fix("write `=`", (Edit(sign, " =" if at == len(name) else "="),), Applicability.SAFE)
        return diagnostic(SYNTAX, f"found `:`, expected `=` after `{name}`", span, "`=` expected", fix=fix)
    if not name or name in KEYWORDS or "OPEN" not in accepts or cut.kind is Kind.OPEN or "=" in statement[:at]:
        return None
    word = Span(source.name, cut.start, after)
    meant = nearest(name, (*KEYWORDS, *BLOCKS)) if name not in (*BLOCKS, *ROLE_WORDS) and at < len(statement) else ()
    if meant and abs(len(meant[0]) - len(name)) < 3:
        fix = Fix(f"write `{meant[0]}`", (Edit(word, meant[0]),), Applicability.UNSAFE)
        return diagnostic(
            SYNTAX, f"no statement begins with `{name}`", word, advice=f"did you mean `{meant[0]}`?", fix=fix
        )
    return missing_sign(source, cut, name) if at == len(statement) else None


def missing_sign(source: Source, cut: Cut, name: str) -> Diagnostic:
    """A head without `{`, or a setting without `=`: which of the two, the name tells."""
    after = cut.start + len(name)
    end = Span(source.name, cut.end, cut.end)
    if name in (*BLOCKS, *ROLE_WORDS):
        message = f"found {_after(source, cut)}, expected `{{` after `{_short(source.text[cut.start : cut.end])}`"
        return diagnostic(SYNTAX, message, end, "`{` expected")
    rest = Span(source.name, min(after + 1, cut.end), cut.end)
    found = f"`{_short(source.text[rest.start : rest.end].strip())}`" if rest.start < rest.end else _after(source, cut)
    fix = Fix("add `=`", (Edit(Span(source.name, after, after), " ="),), Applicability.SAFE)
    fix_or_none = fix if rest.start < rest.end else None
    return diagnostic(SYNTAX, f"found {found}, expected `=` after `{name}`", rest, "`=` expected", fix=fix_or_none)


def _help(statement: str, at: int) -> str:
    match statement[at : at + 1]:
        case "," if _THOUSANDS.match(statement, at):
            return "write long numbers as 1024 or 1_024"
        case "'":
            return 'texts stand in double quotes: "…"'
        case "/" if statement[at : at + 2] == "//":
            return "comments begin with `#`"
        case _:
            return ""


def unclosed_block(source: Source, head: Cut) -> Diagnostic:
    """A block whose `}` never comes."""
    words = _short(source.text[head.start : head.end - 1])
    at = Span(source.name, head.end - 1, head.end)
    named = f" of `{words}`" if words else ""
    return diagnostic(UNCLOSED, f"`{{`{named} is not closed: expected `}}`", at, "opened here")


def stray_brace(source: Source, brace: Cut) -> Diagnostic:
    """A `}` that closes nothing."""
    return diagnostic(SYNTAX, "found `}`, but no block is open", Span(source.name, brace.start, brace.end))


def nested_too_deeply(source: Source, head: Cut) -> Diagnostic:
    """A block inside more blocks than the language has."""
    return diagnostic(SYNTAX, "blocks are nested too deeply", Span(source.name, head.start, head.end))
