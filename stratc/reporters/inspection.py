"""What was understood, for a person who checks it against the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stratc.arith.unit import ONE, PERCENT, Unit, show
from stratc.ir.claim import SAID_AGAIN, Claim
from stratc.ir.inspection import Entry, Inspection
from stratc.ir.scope import Role
from stratc.ir.values import ExpertSpan, Extent, StageSpan
from stratc.reporters.style import Style
from stratc.text.source import Source
from stratc.text.span import Span
from stratc.text.width import printable

SECTIONS = {
    "hardware": "hardware",
    "model": "model",
    "workload": "workload",
    "strategy": "strategy",
    "target": "targets",
}
OTHERS = {
    Role.EARLIER: "said of an earlier plan",
    Role.ALTERNATIVE: "said of an alternative",
    Role.TARGET: "said as a target",
    Role.EXAMPLE: "said in an example",
}
LONGEST = 72  # columns of a quoted sentence
MANY = 6  # line numbers of one fact that are listed


def render(seen: Inspection, *, colour: bool = False) -> str:
    """Facts by section with their lines; then what was assumed, derived, contradicted, claimed and left unread."""
    style = Style(colour)
    parts = [list(section) for section in _sections(seen, style)]
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def _sections(seen: Inspection, style: Style) -> Iterator[Iterable[str]]:
    stated = [each for each in seen.entries if each.origin == "stated"]
    here = [each for each in stated if each.role is Role.PLAN]
    yield [style.bold(seen.sources[0].name)]
    for prefix, title in SECTIONS.items():
        yield _facts(title, [each for each in here if each.key.startswith(f"{prefix}.")], seen, style)
    for role, title in OTHERS.items():
        yield _facts(title, [each for each in stated if each.role is role], seen, style)
    for origin, title in (("given", "taken from elsewhere"), ("derived", "derived"), ("assumed", "assumed")):
        yield _facts(title, [each for each in seen.entries if each.origin == origin], seen, style)
    yield _conflicts(seen, style)
    yield _counts(seen, style)
    yield _claims(seen, style)
    yield _unread(seen, style)
    read = seen.quantities - len(seen.unread)
    yield [f"{read} of {seen.quantities} figures understood"] if seen.quantities else []


def _facts(title: str, entries: list[Entry], seen: Inspection, style: Style) -> Iterator[str]:
    """One line for each value of a key, with all lines that say it."""
    together: dict[tuple[str, str, str, str], list[Span]] = {}
    named: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for each in entries:
        of = f" ({each.strategy})" if each.strategy else ""
        key = each.key.partition(".")[2] if title in SECTIONS.values() else each.key
        fact = (key, of, value_shown(each.value, each.unit), each.because)
        together.setdefault(fact, []).extend([each.span] if each.span else [])
        named.setdefault(fact, {}).update({each.setting: None} if each.setting else {})
    if together:
        yield style.bold(title)
    wide = max((len(key + of) for key, of, _, _ in together), default=0)
    for (key, of, value, because), places in together.items():
        where = f"  {_lines(places, seen)}" if places else ""
        because = ", ".join(filter(None, (because, *list(named[key, of, value, because])[:MANY])))
        reason = f"  {because}" if because else ""
        yield f"  {key + of:{wide}}  {value:14}{style.edge(where)}{reason}".rstrip()


def _conflicts(seen: Inspection, style: Style) -> Iterator[str]:
    if seen.plan.conflicts:
        yield style.bold("said in several ways")
    for each in seen.plan.conflicts:
        unit = next((entry.unit for entry in seen.entries if entry.key == each.key), None)
        why = f"believed: {each.because}" if each.because else "believed"
        yield f"  {each.key}  {value_shown(each.believed.value, unit)}  {_lines(each.believed.spans(), seen)}  {why}"
        for other in each.others:
            yield f"  {'':{len(each.key)}}  {value_shown(other.value, unit)}  {_lines(other.spans(), seen)}"


def _counts(seen: Inspection, style: Style) -> Iterator[str]:
    if seen.counts:
        yield style.bold("devices by the degrees")
    for each in seen.counts:
        yield f"  {each.devices:<8,}  {each.working}: {each.convention}{'  agrees' if each.fits else ''}"


def _claims(seen: Inspection, style: Style) -> Iterator[str]:
    claims = [each for each in seen.plan.claims if each.metric not in SAID_AGAIN]
    if claims:
        yield style.bold("claims to check")
    wide = max((len(each.metric) for each in claims), default=0)
    for each in claims:
        yield f"  {each.metric:{wide}}  {_claim(each):24}  {style.edge(_lines(each.places, seen))}{_working(each)}"


def _claim(claim: Claim) -> str:
    sign = "" if claim.relation.value == "==" else f"{claim.relation.value} "
    per = f" per {claim.per.value}" if claim.per.value not in ("", "total") else ""
    return f"{sign}{claim.quantity.show()}{per}"


def _working(claim: Claim) -> str:
    return f"  from {claim.working}" if claim.working else ""


def _unread(seen: Inspection, style: Style) -> Iterator[str]:
    """Lines with figures that became nothing, quoted once each."""
    if seen.unread:
        yield style.bold("left unread")
    sources = {source.name: source for source in seen.sources}
    lines: dict[tuple[str, int], list[str]] = {}
    for span, text in seen.unread:
        number = sources[span.source].position(span.start)[0]
        lines.setdefault((span.source, number), []).append(text)
    for (name, number), texts in sorted(lines.items()):
        quoted = printable(sources[name].line(number).strip())
        cut = f"{quoted[:LONGEST]}…" if len(quoted) > LONGEST else quoted
        yield f"  {style.edge(f'line {number}')}  {', '.join(printable(text) for text in texts)}  in: {cut}"


def _lines(places: Iterable[Span], seen: Inspection) -> str:
    sources = {source.name: source for source in seen.sources}
    told = list(dict.fromkeys(_line(each, sources, seen.sources[0].name) for each in places))
    rest = f" and {len(told) - MANY} more" if len(told) > MANY else ""
    return f"line{'s' * (len(told) > 1)} {', '.join(told[:MANY])}{rest}" if told else ""


def _line(span: Span, sources: dict[str, Source], main: str) -> str:
    number = sources[span.source].position(span.start)[0]
    return f"{number}" if span.source == main else f"{span.source}:{number}"


def value_shown(value: Any, unit: Unit | None) -> str:
    """A fact as people write it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Extent(low, high):
            return f"{show(low)} to {show(high)}" if value.is_range else show(low)
        case StageSpan():
            return _stage(value)
        case ExpertSpan(experts, devices, stage):
            at = f" of stage {stage}" if stage is not None else ""
            return f"experts {_range(experts)}{at}{f' on {_devices(devices)}' if devices else ''}"
        case int() | float():
            chosen = ONE if unit is None else unit
            return show(value, chosen if chosen in (ONE, PERCENT) else chosen.dimension, 4)
        case _:
            return printable(str(value))


def _stage(stage: StageSpan) -> str:
    parts = [f"{stage.index}:"]
    parts += [f"layers {_range(stage.layers)}"] if stage.layers else []
    parts += [_devices(stage.devices)] if stage.devices else []
    degrees = {"tp": stage.tp, "ep": stage.ep, "dp": stage.dp}
    parts += [f"{name} {degree}" for name, degree in degrees.items() if degree is not None]
    parts += [stage.holds] if stage.holds else []
    return " ".join(parts)


def _devices(devices: tuple[int, ...]) -> str:
    whole = len(devices) > 2 and devices == tuple(range(devices[0], devices[-1] + 1))
    return f"devices {_range((devices[0], devices[-1]))}" if whole else f"devices {', '.join(map(str, devices))}"


def _range(ends: tuple[int, int]) -> str:
    return f"{ends[0]}-{ends[1]}"
