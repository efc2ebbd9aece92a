"""The rules on devices, divisibility, balance and topology bear any degrees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stratc.analysis.case import Case
from stratc.ir.origin import Known, Missing, Stated
from stratc.ir.plan import plan_of
from stratc.ir.values import Extent
from stratc.rules.registry import rules
from stratc.text.span import Span

MINE = [rule for rule in rules() if rule.id.code[:2] in ("DV", "DI", "BA") or rule.id.code.startswith("CO2")]
COUNTS = (
    *("model.layers", "model.heads", "model.kv_heads", "model.experts", "model.top_k", "model.hidden_size"),
    *("strategy.tp", "strategy.pp", "strategy.dp", "strategy.ep", "strategy.cp", "strategy.expert_tp", "strategy.vpp"),
    *("strategy.device_count", "strategy.devices_per_stage", "strategy.layers_per_stage", "strategy.heads_per_device"),
    *("strategy.experts_per_device", "hardware.devices_per_node", "hardware.device_count", "hardware.memory"),
    *("workload.batch_size", "workload.micro_batches", "workload.micro_batch_size", "model.ffn_hidden_size"),
)


@given(st.dictionaries(st.sampled_from(COUNTS), st.integers(0, 10**12)), st.integers(1, 10**6))
def test_any_counts(counts: dict[str, int], length: int) -> None:
    facts = {key: Known(value, Stated((Span("plan.md", 0, 1),))) for key, value in counts.items()}
    extent = Known(Extent(float(length), float(length)), Stated((Span("plan.md", 0, 1),)))
    case = Case(plan_of({**facts, "workload.sequence_length": extent}))
    for rule in MINE:
        try:
            found = list(rule.find(case))
        except Missing:
            continue
        assert all(each.message for each in found)
