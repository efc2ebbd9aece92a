"""What one sentence says: its settings, facts, claims and workings, by every reader that looks at one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.term import Apply
from stratc.frontends.markdown.arithmetic.conversions import conversions
from stratc.frontends.markdown.arithmetic.dealt_bytes import dealt_bytes
from stratc.frontends.markdown.arithmetic.each_of_several import each_of_several
from stratc.frontends.markdown.arithmetic.fractions_of import fractions_of
from stratc.frontends.markdown.arithmetic.implied import implied
from stratc.frontends.markdown.arithmetic.margins import margins
from stratc.frontends.markdown.arithmetic.portions import portions
from stratc.frontends.markdown.arithmetic.prose_sums import prose_sums
from stratc.frontends.markdown.arithmetic.rates import is_transfer, rates
from stratc.frontends.markdown.arithmetic.reciprocals import reciprocals
from stratc.frontends.markdown.claims.alarms import alarms
from stratc.frontends.markdown.claims.all_met import all_met
from stratc.frontends.markdown.claims.bare_latencies import bare_latencies
from stratc.frontends.markdown.claims.cached_loads import cached_loads, is_load
from stratc.frontends.markdown.claims.cached_sequences import cached_sequences
from stratc.frontends.markdown.claims.cached_tokens import cached_tokens
from stratc.frontends.markdown.claims.changes_said import changes_said
from stratc.frontends.markdown.claims.claims import claims
from stratc.frontends.markdown.claims.comparisons import comparisons
from stratc.frontends.markdown.claims.declared import declared, feasible
from stratc.frontends.markdown.claims.drafted import drafted
from stratc.frontends.markdown.claims.excess import excess
from stratc.frontends.markdown.claims.fits import fits
from stratc.frontends.markdown.claims.hidden_times import hidden_times
from stratc.frontends.markdown.claims.idle_times import idle_times
from stratc.frontends.markdown.claims.memory_spread import memory_spreads
from stratc.frontends.markdown.claims.memory_times import memory_times
from stratc.frontends.markdown.claims.request_tokens import request_tokens
from stratc.frontends.markdown.claims.taken import taken_by
from stratc.frontends.markdown.claims.token_counts import is_of_several, token_counts
from stratc.frontends.markdown.concepts.concepts import mentions
from stratc.frontends.markdown.concepts.even_loads import even_loads
from stratc.frontends.markdown.concepts.idle_experts import idle_experts
from stratc.frontends.markdown.devices.engine_flags import derived_experts
from stratc.frontends.markdown.devices.moved_devices import moved_devices
from stratc.frontends.markdown.devices.named_devices import named_devices
from stratc.frontends.markdown.devices.pools import pool_loads, pools
from stratc.frontends.markdown.devices.tallied import tallied
from stratc.frontends.markdown.document.saying import equation
from stratc.frontends.markdown.document.settings import assigned, is_code, settings
from stratc.frontends.markdown.facts.active_parameters import active_parameters, both_sizes
from stratc.frontends.markdown.facts.asked_latencies import asked_latencies
from stratc.frontends.markdown.facts.asked_rates import asked_rates
from stratc.frontends.markdown.facts.code_lines import code_lines, remarks
from stratc.frontends.markdown.facts.counted_for import per_of
from stratc.frontends.markdown.facts.facts import facts
from stratc.frontends.markdown.facts.length_limits import length_limits, longest_requests
from stratc.frontends.markdown.facts.names import names
from stratc.frontends.markdown.facts.shapes import shapes
from stratc.frontends.markdown.facts.sized import sized
from stratc.frontends.markdown.facts.sparse_layers import alternating_layers, of_one_layer
from stratc.frontends.markdown.layout.degrees import degrees
from stratc.frontends.markdown.layout.device_shares import device_shares
from stratc.frontends.markdown.layout.devices_of_layers import devices_of_layers
from stratc.frontends.markdown.layout.group_widths import group_widths
from stratc.frontends.markdown.layout.meshes import meshes
from stratc.frontends.markdown.layout.shared_out import shared_out
from stratc.frontends.markdown.layout.tensor_group_places import tensor_group_places
from stratc.frontends.markdown.layout.uneven_stages import uneven_stages
from stratc.frontends.markdown.links.widths_sent import widths_sent
from stratc.frontends.markdown.runs.counted import counted
from stratc.frontends.markdown.runs.steps_and_time import steps_and_time
from stratc.frontends.markdown.runs.training_runs import training_runs
from stratc.frontends.markdown.scoping.former import formerly, in_changes, left_behind
from stratc.frontends.markdown.scoping.phases import of_phases
from stratc.frontends.markdown.workings.working import Working, workings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from stratc.arith.term import Term
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.text.span import Span


def said_by(sentence: Sentence) -> Iterator[Statement]:
    """The statements of a sentence, by all readers of single sentences in order."""
    yield from (*assigned(sentence), *code_lines(sentence), *meshes(sentence))
    if is_code(sentence):
        yield from remarks(sentence)
        yield from mentions(sentence) if sentence.block.language else ()
        return
    set_ = tuple(settings(sentence))
    yield from (*set_, *derived_experts(sentence, set_))
    counts = sentence.has_digit
    arithmetic = _arithmetic(sentence) if counts else ()
    said = [*names(sentence)]
    if counts:
        said = _once(_with_degrees_and_facts(sentence, said))
    taken = said
    implications = tuple(implied(sentence)) if counts else ()
    totals = {each.span for each in implications}  # of several devices, which are no size of one
    said = [each for each in said if not (each.span in totals and each.subject.startswith("hardware."))]
    times = tuple(rates(sentence)) if counts else ()
    run = tuple(steps_and_time(sentence)) if counts else ()
    asked = (*asked_latencies(sentence), *asked_rates(sentence)) if counts else ()
    steps = {each.span for each in (*run, *(each for each in times if is_transfer(each)))}  # which are no latencies
    terms = {each.result.start: each.term for each in reversed(arithmetic)}
    claimed = _without(claims(sentence, terms, taken_by(taken)), steps, {each.span for each in asked})
    found = [*(each for each in said if not _is_promise(each, claimed)), *claimed]
    found = list(of_phases(sentence, found))
    found = in_changes(sentence, left_behind(sentence, found))
    found.extend(formerly(sentence, found))
    found.extend((*implications, *times, *run, *asked, *_counted(sentence, found)) if counts else ())
    found.extend([*tallied(sentence, found)])
    for working in arithmetic:
        _attach(sentence, working, found)
    yield from (replace(each, subject="equation", goal=None) if is_of_several(each) else each for each in found)
    yield from (*mentions(sentence), *counted(sentence))
    yield from (*shared_out(sentence), *excess(sentence), *declared(sentence), *even_loads(sentence), *pools(sentence))
    yield from (*pool_loads(sentence), *feasible(sentence), *all_met(sentence))
    yield from tensor_group_places(sentence)
    yield from (*alternating_layers(sentence), *device_shares(sentence), *of_one_layer(sentence, said))
    yield from (*group_widths(sentence), *hidden_times(sentence)) if counts else ()


def _with_degrees_and_facts(sentence: Sentence, named: Iterable[Statement]) -> Iterator[Statement]:
    """Degrees, what is named, and the facts whose figures are no degrees: "| expert | 8 |" may count no experts."""
    split = [*degrees(sentence)]
    axes = {each.span for each in split}
    yield from (*split, *named)
    yield from (each for each in facts(sentence) if not (each.span in axes and each.subject.startswith("model.")))


def _without(claimed: Iterable[Statement], steps: Collection[Span], asked: Collection[Span]) -> tuple[Statement, ...]:
    """The claims that are no time of a transfer or run, and no demand."""
    return tuple(
        each
        for each in claimed
        if not (each.span in steps and each.subject == "latency.step") and each.span not in asked
    )


_OF_FIGURES = (
    widths_sent,
    uneven_stages,
    changes_said,
    comparisons,
    fits,
    alarms,
    sized,
    shapes,
    length_limits,
    longest_requests,
    request_tokens,
    drafted,
    training_runs,
    each_of_several,
    reciprocals,
    fractions_of,
    token_counts,
    prose_sums,
    cached_tokens,
    cached_loads,
    cached_sequences,
    dealt_bytes,
    idle_experts,
    named_devices,
    moved_devices,
    idle_times,
    devices_of_layers,
    memory_times,
    memory_spreads,
)


def _counted(sentence: Sentence, found: list[Statement]) -> Iterator[Statement]:
    """What readers of one kind of figure each say of a sentence with figures."""
    for read in _OF_FIGURES:
        yield from read(sentence)
    yield from bare_latencies(sentence, found)
    yield from active_parameters(sentence, found)
    yield from both_sizes(sentence)


def _arithmetic(sentence: Sentence) -> tuple[Working, ...]:
    """The figures that bring their arithmetic; what is a part of a whole is no bare quotient."""
    parts = (*margins(sentence), *portions(sentence), *conversions(sentence))
    every = tuple(each for each in workings(sentence) if not (is_load(sentence, each) or _counts_parts(each)))
    told = {each.result.start for each in parts}
    own = (each for each in every if each.result.start not in told or _is_sum(each.term))
    return (*own, *parts)  # of "35 + 42.6 = 77.6 GB (97% of 80 GB)" both


def _counts_parts(working: Working) -> bool:
    """Whether a figure is how many parts the brackets behind it list: "two servers (8 + 4)"."""
    parts, rest = 1, working.term
    while isinstance(rest, Apply) and rest.op == "+":
        parts, rest = parts + 1, rest.left
    return parts > 1 and working.result.value == parts != working.term.value


def _is_sum(term: Term | None) -> bool:
    """Whether a working adds up."""
    return isinstance(term, Apply) and term.op == "+"


def _once(found: Iterable[Statement]) -> list[Statement]:
    """Statements without those that two readers make of one place; the later reader knows its figure."""
    return list({(each.subject, each.span.start, each.value): each for each in found}.values())


def _is_promise(fact: Statement, claimed: tuple[Statement, ...]) -> bool:
    """Whether a figure is no fact of the plan, but a claim beside its requirement or about a part."""
    claim = next((each for each in claimed if each.span == fact.span), None)
    if claim is None or fact.subject.startswith("target."):
        return False
    return claim.goal is not None or fact.subject == "model.parameters"


def _attach(sentence: Sentence, working: Working, found: list[Statement]) -> None:
    """Gives a working to the statement of its figure, or states the equation itself."""
    figure = working.result
    for index, statement in enumerate(found):
        if statement.subject == "cache.load":
            continue  # whose working is the load that it holds
        if statement.span.start <= figure.start and figure.end <= statement.span.end:
            if isinstance(statement.value, str):
                return  # a figure inside a name: "A100 80GB (8 × 8)"
            if statement.working is None:
                quantity = statement.quantity or figure.quantity
                found[index] = replace(statement, working=working.term, quantity=quantity)
            if not _is_sum(statement.working) or _is_sum(working.term):
                return
    found.append(equation(sentence, figure, working.term, per=per_of(sentence, working.at)))
