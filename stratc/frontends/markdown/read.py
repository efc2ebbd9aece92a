"""The Markdown frontend: blocks, scopes, sentences, then every reader of sentences in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.frontend import Reading
from stratc.frontends.markdown.arithmetic.budgets import budgets
from stratc.frontends.markdown.arithmetic.columns_of_each import columns_of_each
from stratc.frontends.markdown.arithmetic.divided import divided
from stratc.frontends.markdown.arithmetic.each_and_all import each_and_all
from stratc.frontends.markdown.arithmetic.formula_columns import formula_columns
from stratc.frontends.markdown.arithmetic.ledgers import ledgers
from stratc.frontends.markdown.arithmetic.left_over import left_over
from stratc.frontends.markdown.arithmetic.line_rates import line_rates
from stratc.frontends.markdown.arithmetic.products import products
from stratc.frontends.markdown.arithmetic.proportions import proportions
from stratc.frontends.markdown.arithmetic.row_shares import row_shares
from stratc.frontends.markdown.arithmetic.row_sums import row_sums
from stratc.frontends.markdown.arithmetic.row_workings import row_workings
from stratc.frontends.markdown.arithmetic.scaling_tables import scaling_tables
from stratc.frontends.markdown.arithmetic.serial_times import serial_times
from stratc.frontends.markdown.arithmetic.sums import added_up, sums
from stratc.frontends.markdown.arithmetic.time_left import time_left
from stratc.frontends.markdown.arithmetic.workings_below import workings_below
from stratc.frontends.markdown.claims.asked_columns import asked_columns
from stratc.frontends.markdown.claims.bubbles import bubbles
from stratc.frontends.markdown.claims.changes import changes, with_changes
from stratc.frontends.markdown.claims.changes_of_results import changes_of_results
from stratc.frontends.markdown.claims.compounded import compounded
from stratc.frontends.markdown.claims.kept import kept
from stratc.frontends.markdown.claims.lone_answers import lone_answers
from stratc.frontends.markdown.claims.named_peaks import named_peaks
from stratc.frontends.markdown.claims.pairs import paired
from stratc.frontends.markdown.claims.parts_of_times import without_parts_of_times
from stratc.frontends.markdown.claims.results import results
from stratc.frontends.markdown.claims.row_bounds import with_row_bounds
from stratc.frontends.markdown.claims.timings import timings
from stratc.frontends.markdown.claims.totals_and_limits import totals_and_limits
from stratc.frontends.markdown.claims.verdicts import verdicts
from stratc.frontends.markdown.concepts.beliefs import beliefs
from stratc.frontends.markdown.coverage import unread
from stratc.frontends.markdown.devices.column_maps import column_maps
from stratc.frontends.markdown.devices.divided_wholes import divided_wholes
from stratc.frontends.markdown.devices.drawn_lines import drawn
from stratc.frontends.markdown.devices.in_all import in_all
from stratc.frontends.markdown.document.blocks import scan
from stratc.frontends.markdown.document.dressed import is_dressed, undressed
from stratc.frontends.markdown.document.fence_kinds import notation_of
from stratc.frontends.markdown.document.sentences import sentences
from stratc.frontends.markdown.document.set_in import with_set_in
from stratc.frontends.markdown.document.suppressions import suppressions
from stratc.frontends.markdown.facts.bare_rows import bare_rows
from stratc.frontends.markdown.facts.echoes import without_echoes
from stratc.frontends.markdown.facts.gleaned import gleaned
from stratc.frontends.markdown.facts.least_counts import settled
from stratc.frontends.markdown.facts.lent_units import lent_units
from stratc.frontends.markdown.facts.model_states import model_states
from stratc.frontends.markdown.facts.modules import modules
from stratc.frontends.markdown.facts.widths import widths_of_experts
from stratc.frontends.markdown.layout.groups import exchanging_groups, tensor_groups
from stratc.frontends.markdown.layout.inside_experts import split_experts
from stratc.frontends.markdown.layout.layers_of_devices import layers_of_devices
from stratc.frontends.markdown.layout.layouts import layouts
from stratc.frontends.markdown.layout.named_stages import named_stages
from stratc.frontends.markdown.layout.placement import placements
from stratc.frontends.markdown.layout.spread_experts import spread_experts
from stratc.frontends.markdown.layout.stage_layers import stage_layers
from stratc.frontends.markdown.layout.uneven_stages import listed_stages, stages_apart
from stratc.frontends.markdown.links.link_rates import link_rates
from stratc.frontends.markdown.links.rates_used import rates_used
from stratc.frontends.markdown.links.ring_factors import ring_factors
from stratc.frontends.markdown.links.sent import sent
from stratc.frontends.markdown.links.taken_for_bytes import taken_for_bytes
from stratc.frontends.markdown.on_demand import carried, with_names
from stratc.frontends.markdown.runs.other_runs import of_other_runs
from stratc.frontends.markdown.runs.run_figures import run_figures
from stratc.frontends.markdown.said_by import said_by
from stratc.frontends.markdown.scoping.before_and_after import before_and_after
from stratc.frontends.markdown.scoping.columns import columns
from stratc.frontends.markdown.scoping.conditionals import (
    of_conditions,
    of_later_machines,
    of_lessons,
    of_other_machines,
    of_questions,
)
from stratc.frontends.markdown.scoping.cut_models import cut_models
from stratc.frontends.markdown.scoping.former import revised, superseded, trained_before
from stratc.frontends.markdown.scoping.listed_layouts import of_listed_layouts
from stratc.frontends.markdown.scoping.measured import without_measured
from stratc.frontends.markdown.scoping.model_roles import of_roles
from stratc.frontends.markdown.scoping.options import of_options, of_their_options
from stratc.frontends.markdown.scoping.options_refused import options_refused
from stratc.frontends.markdown.scoping.other_models import of_other_models
from stratc.frontends.markdown.scoping.recaps import recaps
from stratc.frontends.markdown.scoping.schedules import of_schedules
from stratc.frontends.markdown.scoping.several_degrees import of_cases
from stratc.frontends.markdown.scoping.wanted import wanted
from stratc.frontends.markdown.scoping.weighed import of_running_text
from stratc.frontends.markdown.scoping.works import of_runs, of_works
from stratc.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.frontend import Load
    from stratc.frontends.markdown.document.blocks import Blocks, Fence
    from stratc.frontends.markdown.document.fences import Fenced
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement


class Markdown:
    """Plans written as prose, lists, tables and fences."""

    suffixes = (".md", ".markdown")

    def read(self, source: Source, load: Load) -> Reading:  # noqa: ARG002  # Markdown names no other files
        """Everything that the document says; a figure that became no statement is counted as unread."""
        if not is_dressed(source.text):
            return self.said(source)
        from stratc.frontends.markdown.document.placed import placed

        text = undressed(source.text)
        return placed(self.said(Source(source.name, text.text)), text, source)

    def said(self, source: Source) -> Reading:
        """What a text in plain notation says."""
        blocks = with_set_in(scan(source.text))
        told = lent_units(sentences(blocks, source.name))
        said = [*before_and_after([*asked_columns([*columns([*layouts(bare_rows(told))], blocks.text)])])]
        if launched := _launched(blocks, said, source):
            said = [sentence for sentence in said if sentence.block.group not in launched.groups]
        starts = launched.statements if launched else ()
        statements = _followed(said, _stated(said, blocks, starts), source.text)
        statements = _scoped(said, statements, starts, blocks.fences, source.text)
        repeated = [*recaps(said, statements), *cut_models(said, statements)]
        statements = of_running_text(said, superseded(widths_of_experts(wanted(statements), source.text)))
        statements.extend((*split_experts(said, statements), *modules(said), *scaling_tables(said)))
        statements.extend(of_their_options(said, statements, [*gleaned(said, statements)]))
        left, quantities = unread(said, statements)
        statements = without_echoes(statements)
        statements.extend(_sent_and_timed(said, source.text))
        statements.extend([*results(said, statements), *kept(said, statements), *repeated, *in_all(said, statements)])
        statements.extend([*changes_of_results(said, statements), *options_refused(said, source.text)])
        slips = launched.slips if launched else ()
        return Reading((source,), tuple(statements), tuple(suppressions(source, blocks)), slips, left, quantities)


def _stated(said: list[Sentence], blocks: Blocks, starts: Sequence[Statement]) -> list[Statement]:
    """What sentences say one by one, what launches set (`starts`), and what stands where in maps and drawings."""
    found = (each for sentence in said for each in of_conditions(sentence, said_by(sentence)))
    statements = [*verdicts(said, with_row_bounds(said, paired(found))), *starts]
    drawings = (
        *placements(said),
        *layers_of_devices(said),
        *stages_apart(said),
        *drawn(blocks, said),
        *column_maps(said),
    )
    return [*statements, *drawings, *beliefs(said, statements)]


def _followed(said: list[Sentence], statements: list[Statement], text: str) -> list[Statement]:
    """The statements, with what follows from several lines: changes, sums, products, formulas, runs."""
    statements = with_changes(statements, [*changes(said)])
    statements.extend((*compounded(said), *sums(said), *proportions(said), *row_shares(said), *left_over(said)))
    statements.extend((*time_left(said), *totals_and_limits(said)))
    statements.extend((*products(said, text), *serial_times(said), *line_rates(said)))
    statements.extend((*each_and_all(said), *ledgers(said, text), *taken_for_bytes(said, text)))
    statements.extend((*carried(said, text), *columns_of_each(said)))
    statements = model_states(said, text, added_up(said, statements))
    statements.extend((*tensor_groups(said), *listed_stages(said, statements)))
    statements.extend(each for sentence in said for each in exchanging_groups(sentence))
    statements = with_names(said, bubbles(said, divided(statements, text)))
    statements.extend((*spread_experts(said, statements), *run_figures(said, statements, text)))
    statements = formula_columns(said, row_workings(said, budgets(said, statements)), text)
    return row_sums(said, workings_below(said, statements))


def _scoped(
    said: list[Sentence],
    statements: list[Statement],
    starts: Sequence[Statement],
    fences: Sequence[Fence],
    text: str,
) -> list[Statement]:
    """The statements, where the document as a whole tells that some are of another plan than its own."""
    statements = of_later_machines(said, of_other_machines(said, statements))
    statements = of_options(said, revised(said, statements))
    statements = of_schedules(said, settled(stage_layers(said, named_stages(said, statements))))
    statements = of_listed_layouts(said, divided_wholes(said, without_parts_of_times(said, statements)))
    statements = of_roles(said, of_other_models(said, of_cases(said, statements)))
    statements = of_other_runs(said, of_runs(said, of_works(said, statements, fences)))
    statements = of_questions(said, without_measured(said, statements), text)
    return of_lessons(said, trained_before(statements, starts), starts)


def _sent_and_timed(said: list[Sentence], text: str) -> Iterator[Statement]:
    """What is said of times, of the links that carry something, and of how much they carry."""
    for sentence in said:
        if sentence.has_digit:
            yield from (*timings(sentence), *rates_used(sentence), *ring_factors(sentence))
    yield from sent(said, text)
    yield from (*link_rates(said), *named_peaks(said), *lone_answers(said))


def _launched(blocks: Blocks, said: list[Sentence], source: Source) -> Fenced | None:
    """What the fences set and launch, where any does; only such a document pays for the readers of launches."""
    found = [(each, notation) for each in blocks.fences if (notation := notation_of(each, blocks.text))]
    if not found:
        return None
    from stratc.frontends.markdown.document.fences import fenced

    return fenced(blocks.text, found, said, source.name)


FRONTEND = Markdown()
