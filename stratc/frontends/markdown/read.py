"""The Markdown frontend: blocks, scopes, sentences, then every reader of sentences in order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.frontend import Reading
from stratc.frontends.markdown.active_parameters import active_parameters
from stratc.frontends.markdown.alarms import alarms
from stratc.frontends.markdown.all_met import all_met
from stratc.frontends.markdown.asked_columns import asked_columns
from stratc.frontends.markdown.attached import attach, is_sum
from stratc.frontends.markdown.bare_latencies import bare_latencies
from stratc.frontends.markdown.bare_rows import bare_rows
from stratc.frontends.markdown.blocks import scan
from stratc.frontends.markdown.bubbles import bubbles
from stratc.frontends.markdown.budgets import budgets
from stratc.frontends.markdown.cached_sequences import cached_sequences
from stratc.frontends.markdown.cached_tokens import cached_tokens
from stratc.frontends.markdown.changes import changes, with_changes
from stratc.frontends.markdown.changes_of_results import changes_of_results
from stratc.frontends.markdown.changes_said import changes_said
from stratc.frontends.markdown.claims import claims, taken_by
from stratc.frontends.markdown.code_lines import code_lines, remarks
from stratc.frontends.markdown.columns import columns
from stratc.frontends.markdown.columns_of_each import columns_of_each
from stratc.frontends.markdown.comparisons import comparisons
from stratc.frontends.markdown.compounded import compounded
from stratc.frontends.markdown.concepts import mentions
from stratc.frontends.markdown.conditionals import of_conditions, of_lessons, of_other_machines, of_questions
from stratc.frontends.markdown.conversions import conversions
from stratc.frontends.markdown.coverage import unread
from stratc.frontends.markdown.cut_models import cut_models
from stratc.frontends.markdown.dealt_bytes import dealt_bytes
from stratc.frontends.markdown.declared import declared, feasible
from stratc.frontends.markdown.degrees import degrees
from stratc.frontends.markdown.device_shares import of_devices
from stratc.frontends.markdown.divided import divided
from stratc.frontends.markdown.drawn_lines import drawn
from stratc.frontends.markdown.dressed import is_dressed, undressed
from stratc.frontends.markdown.each_and_all import each_and_all
from stratc.frontends.markdown.engine_flags import derived_experts
from stratc.frontends.markdown.even_loads import even_loads
from stratc.frontends.markdown.excess import excess
from stratc.frontends.markdown.facts import facts
from stratc.frontends.markdown.fence_kinds import notation_of
from stratc.frontends.markdown.fits import fits
from stratc.frontends.markdown.former import formerly, in_changes, left_behind, revised, superseded, trained_before
from stratc.frontends.markdown.gleaned import gleaned
from stratc.frontends.markdown.groups import exchanging_groups, tensor_groups
from stratc.frontends.markdown.hidden_times import hidden_times
from stratc.frontends.markdown.idle_experts import idle_experts
from stratc.frontends.markdown.idle_times import idle_times
from stratc.frontends.markdown.implied import implied, is_transfer
from stratc.frontends.markdown.inside_experts import split_experts
from stratc.frontends.markdown.kept import kept
from stratc.frontends.markdown.layers_of_devices import layers_of_devices
from stratc.frontends.markdown.layouts import layouts
from stratc.frontends.markdown.least_counts import settled
from stratc.frontends.markdown.ledgers import ledgers
from stratc.frontends.markdown.length_limits import length_limits, longest_requests
from stratc.frontends.markdown.lent_units import lent_units
from stratc.frontends.markdown.link_rates import link_rates
from stratc.frontends.markdown.listed_layouts import of_listed_layouts
from stratc.frontends.markdown.margins import margins
from stratc.frontends.markdown.measured import without_measured
from stratc.frontends.markdown.memory_spread import memory_spreads
from stratc.frontends.markdown.memory_times import memory_times
from stratc.frontends.markdown.model_roles import of_roles
from stratc.frontends.markdown.model_states import model_states
from stratc.frontends.markdown.modules import modules
from stratc.frontends.markdown.names import names
from stratc.frontends.markdown.options import of_options, of_their_options
from stratc.frontends.markdown.options_refused import options_refused
from stratc.frontends.markdown.other_models import of_other_models
from stratc.frontends.markdown.pairs import paired
from stratc.frontends.markdown.phases import of_phases
from stratc.frontends.markdown.placement import placements
from stratc.frontends.markdown.portions import portions
from stratc.frontends.markdown.products import products
from stratc.frontends.markdown.proportions import proportions
from stratc.frontends.markdown.prose_sums import prose_sums
from stratc.frontends.markdown.rates import rates
from stratc.frontends.markdown.rates_used import rates_used
from stratc.frontends.markdown.recaps import recaps
from stratc.frontends.markdown.results import results
from stratc.frontends.markdown.ring_factors import ring_factors
from stratc.frontends.markdown.row_products import of_groups
from stratc.frontends.markdown.row_shares import row_shares
from stratc.frontends.markdown.row_sums import row_sums
from stratc.frontends.markdown.row_workings import row_workings
from stratc.frontends.markdown.scaling_tables import scaling_tables
from stratc.frontends.markdown.schedules import of_schedules
from stratc.frontends.markdown.sent import sent
from stratc.frontends.markdown.sentences import sentences
from stratc.frontends.markdown.serial_times import serial_times
from stratc.frontends.markdown.settings import assigned, is_code, settings
from stratc.frontends.markdown.several_degrees import of_cases
from stratc.frontends.markdown.shapes import shapes
from stratc.frontends.markdown.shared_out import shared_out
from stratc.frontends.markdown.sized import sized
from stratc.frontends.markdown.sparse_layers import alternating_layers, of_one_layer
from stratc.frontends.markdown.spread_experts import spread_experts
from stratc.frontends.markdown.stage_layers import stage_layers
from stratc.frontends.markdown.stored import stored
from stratc.frontends.markdown.sums import added_up, sums
from stratc.frontends.markdown.suppressions import suppressions
from stratc.frontends.markdown.taken_for_bytes import taken_for_bytes
from stratc.frontends.markdown.timings import timings
from stratc.frontends.markdown.token_counts import is_of_several, token_counts
from stratc.frontends.markdown.training_runs import training_runs
from stratc.frontends.markdown.uneven_stages import listed_stages, stages_apart, uneven_stages
from stratc.frontends.markdown.verdicts import verdicts
from stratc.frontends.markdown.wanted import wanted
from stratc.frontends.markdown.weighed import of_running_text
from stratc.frontends.markdown.widths import widths_of_experts
from stratc.frontends.markdown.widths_sent import widths_sent
from stratc.frontends.markdown.working import Working, workings
from stratc.frontends.markdown.workings_below import workings_below
from stratc.frontends.markdown.works import of_runs, of_works
from stratc.text.pattern import Pattern
from stratc.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratc.frontends.frontend import Load
    from stratc.frontends.markdown.blocks import Blocks
    from stratc.frontends.markdown.fences import Fenced
    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement


class Markdown:
    """Plans written as prose, lists, tables and fences."""

    suffixes = (".md", ".markdown")

    def read(self, source: Source, load: Load) -> Reading:  # noqa: ARG002  # Markdown names no other files
        """Everything that the document says; a figure that became no statement is counted as unread."""
        if not is_dressed(source.text):
            return self.said(source)
        from stratc.frontends.markdown.placed import placed

        text = undressed(source.text)
        return placed(self.said(Source(source.name, text.text)), text, source)

    def said(self, source: Source) -> Reading:
        """What a text in plain notation says."""
        blocks = scan(source.text)
        told = lent_units(sentences(blocks, source.name))
        said = [*asked_columns([*columns([*layouts(bare_rows(told))], blocks.text)])]
        if launched := _launched(blocks, said, source):
            said = [sentence for sentence in said if sentence.block.group not in launched.groups]
        found = (each for sentence in said for each in of_conditions(sentence, _statements(sentence)))
        statements = verdicts(said, paired(found))
        statements.extend(launched.statements if launched else ())
        statements.extend([*placements(said), *layers_of_devices(said), *stages_apart(said), *drawn(blocks, said)])
        statements = with_changes(statements, [*changes(said)])
        statements.extend((*compounded(said), *sums(said), *proportions(said), *row_shares(said)))
        statements.extend((*products(said, source.text), *serial_times(said), *stored(said, source.text)))
        statements.extend((*each_and_all(said), *ledgers(said), *taken_for_bytes(said, source.text)))
        statements.extend((*_carried(said, source.text), *columns_of_each(said)))
        statements = model_states(said, source.text, added_up(said, statements))
        statements.extend((*tensor_groups(said), *listed_stages(said, statements)))
        statements.extend(each for sentence in said for each in exchanging_groups(sentence))
        statements = _with_names(said, bubbles(said, divided(statements, source.text)))
        statements.extend(spread_experts(said, statements))
        statements = row_sums(said, workings_below(said, row_workings(said, budgets(said, statements))))
        statements = of_options(said, revised(said, of_other_machines(said, statements)))
        statements = of_schedules(said, settled(stage_layers(said, statements)))
        statements = of_listed_layouts(said, statements)
        statements = of_roles(said, of_other_models(said, of_cases(said, statements)))
        statements = of_runs(said, of_works(said, statements, blocks.fences))
        statements = of_questions(said, without_measured(said, statements), source.text)
        starts = launched.statements if launched else ()
        statements = of_lessons(said, trained_before(statements, starts), starts)
        repeated = [*recaps(said, statements), *cut_models(said, statements)]
        statements = of_running_text(said, superseded(widths_of_experts(wanted(statements), source.text)))
        statements.extend((*split_experts(said, statements), *modules(said), *scaling_tables(said)))
        statements.extend(of_their_options(said, statements, [*gleaned(said, statements)]))
        left, quantities = unread(said, statements)
        statements.extend((*_sent_and_timed(said, source.text), *of_groups(said, statements)))
        statements.extend([*results(said, statements), *kept(said, statements), *repeated])
        statements.extend([*changes_of_results(said, statements), *options_refused(said, source.text)])
        silenced = tuple(suppressions(source, blocks))
        slips = launched.slips if launched else ()
        return Reading((source,), tuple(statements), silenced, slips, left, quantities)


def _sent_and_timed(said: list[Sentence], text: str) -> Iterator[Statement]:
    """What is said of times, of the links that carry something, and of how much they carry."""
    for sentence in said:
        if sentence.has_digit:
            yield from (*timings(sentence), *rates_used(sentence), *ring_factors(sentence))
    yield from sent(said, text)
    yield from link_rates(said)


def _launched(blocks: Blocks, said: list[Sentence], source: Source) -> Fenced | None:
    """What the fences set and launch, where any does; only such a document pays for the readers of launches."""
    found = [(each, notation) for each in blocks.fences if (notation := notation_of(each, blocks.text))]
    if not found:
        return None
    from stratc.frontends.markdown.fences import fenced

    return fenced(blocks.text, found, said, source.name)


def _carried(said: list[Sentence], text: str) -> Iterator[Statement]:
    """What a service carries; only a document that speaks of requests pays for them."""
    if _REQUESTS.search(text):
        from stratc.frontends.markdown.request_loads import request_loads

        yield from request_loads(said)


def _with_names(said: list[Sentence], statements: list[Statement]) -> list[Statement]:
    """The statements with the workings that formulas over names give; only a document with formulas pays for them."""
    if not any("=" in sentence.row for sentence in said):
        return statements
    from stratc.frontends.markdown.named_workings import named_workings

    return named_workings(said, statements)


def _statements(sentence: Sentence) -> Iterator[Statement]:
    yield from (*assigned(sentence), *code_lines(sentence))
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
        said = _once((*degrees(sentence), *said, *facts(sentence)))
    claimed = tuple(claims(sentence, {each.result.start: each.term for each in reversed(arithmetic)}, taken_by(said)))
    implications = tuple(implied(sentence)) if counts else ()
    totals = {each.span for each in implications}  # of several devices, which are no size of one
    said = [each for each in said if not (each.span in totals and each.subject.startswith("hardware."))]
    sent = {each.span for each in implications if is_transfer(each)}
    claimed = tuple(each for each in claimed if not (each.span in sent and each.subject == "latency.step"))
    found = [*(each for each in said if not _is_promise(each, claimed)), *claimed]
    found = list(of_phases(sentence, found))
    found = in_changes(sentence, left_behind(sentence, found))
    found.extend(formerly(sentence, found))
    found.extend((*implications, *_counted(sentence, found)) if counts else ())
    for working in arithmetic:
        attach(sentence, working, found)
    yield from (replace(each, subject="equation", goal=None) if is_of_several(each) else each for each in found)
    yield from mentions(sentence)
    yield from (*shared_out(sentence), *excess(sentence), *declared(sentence), *even_loads(sentence))
    yield from (*feasible(sentence), *all_met(sentence))
    yield from (*of_devices(sentence), *alternating_layers(sentence), *of_one_layer(sentence, said))
    yield from hidden_times(sentence) if counts else ()


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
    training_runs,
    rates,
    token_counts,
    prose_sums,
    cached_tokens,
    cached_sequences,
    dealt_bytes,
    idle_experts,
    idle_times,
    memory_times,
    memory_spreads,
)


def _counted(sentence: Sentence, found: list[Statement]) -> Iterator[Statement]:
    """What readers of one kind of figure each say of a sentence with figures."""
    for read in _OF_FIGURES:
        yield from read(sentence)
    yield from bare_latencies(sentence, found)
    yield from active_parameters(sentence, found)


def _arithmetic(sentence: Sentence) -> tuple[Working, ...]:
    """The figures that bring their arithmetic; what is a part of a whole is no bare quotient."""
    parts = (*margins(sentence), *portions(sentence), *conversions(sentence))
    every = tuple(workings(sentence))
    told = {each.result.start for each in parts}
    own = (each for each in every if each.result.start not in told or is_sum(each.term))
    return (*own, *parts)  # of "35 + 42.6 = 77.6 GB (97% of 80 GB)" both


def _once(found: Iterable[Statement]) -> list[Statement]:
    """Statements without those that two readers make of one place; the later reader knows its figure."""
    return list({(each.subject, each.span.start, each.value): each for each in found}.values())


def _is_promise(fact: Statement, claimed: tuple[Statement, ...]) -> bool:
    """Whether a figure is no fact of the plan, but a claim beside its requirement or about a part."""
    claim = next((each for each in claimed if each.span == fact.span), None)
    if claim is None or fact.subject.startswith("target."):
        return False
    return claim.goal is not None or fact.subject == "model.parameters"


_REQUESTS = Pattern(
    r"(?i)\b(?:requests?|quer(?:y|ies)|chats?|calls?|slots?|sequences|in[- ]flight|concurren|simultan"
    r"|max[-_]num[-_]seqs)",
    "request|quer|chat|call|slot|sequences|flight|concurren|simultan|num",
)
FRONTEND = Markdown()
