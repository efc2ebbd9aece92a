"""The last step: nothing is guessed after it."""

from __future__ import annotations

from stratc.ir.draft import Draft, Sketch
from stratc.ir.plan import FACTS, Plan, plan_of
from stratc.ir.strategy import Strategy


def settle(draft: Draft) -> Plan:
    """The plan that a draft has come to."""
    main, *further = draft.sketches
    facts = {key: known for key, known in draft.facts.items() if key in FACTS}
    return plan_of(
        facts,
        strategy=strategy_of(main),
        further=tuple(strategy_of(sketch) for sketch in further),
        rejected=draft.rejected,
        claims=draft.claims,
        mentions=draft.mentions,
        settings=draft.settings,
        conflicts=draft.conflicts,
    )


def strategy_of(sketch: Sketch) -> Strategy:
    """A strategy of its settled facts and placements."""
    facts = {key.partition(".")[2]: known for key, known in sketch.facts.items()}
    return Strategy(**facts, name=sketch.name, stages=sketch.stages, expert_spans=sketch.expert_spans)
