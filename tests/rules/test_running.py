"""The runner and the selection of rules."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from stratc.analysis.case import Case
from stratc.config import DEFAULT, Config
from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Severity
from stratc.diagnostics.suppression import Suppression
from stratc.ir.origin import Known, Stated
from stratc.ir.plan import plan_of
from stratc.pipeline import check
from stratc.rules import runner, select
from stratc.rules.input.nothing_understood import nothing_understood
from stratc.rules.input.unknown_rule import unknown_rule
from stratc.rules.input.unused_suppression import unused_suppression
from stratc.rules.rule import Finding, Rule, rule
from stratc.text.source import Source
from stratc.text.span import Span

DOCUMENT = Known("plan.md", Stated((Span("plan.md", 0, 0),)))
TWO = Known(2, Stated((Span("plan.md", 5, 6),)))


@rule("DV998", category=Category.GPU_COUNT, severity=Severity.ERROR)
def odd_rule(case: Case) -> Iterator[Finding]:
    """Finds a tensor-parallel degree."""
    yield Finding(case.known("strategy.tp"), "tensor parallelism")


@rule("DV999", category=Category.GPU_COUNT, severity=Severity.ERROR)
def broken_rule(case: Case) -> Iterator[Finding]:
    """Fails."""
    yield Finding(case.known("strategy.tp"), "first")
    raise ZeroDivisionError("on purpose")


def use(monkeypatch: pytest.MonkeyPatch, *rules: Rule) -> None:
    monkeypatch.setattr(select, "rules", lambda **_: rules)


def run(config: Config, *degrees: Known[int] | None, raising: bool = True) -> runner.Outcome:
    cases = [Case(plan_of({"strategy.tp": each} if each else {})) for each in degrees]
    return runner.run(cases, config, DOCUMENT, raising=raising)


def test_a_missing_fact_silences(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, odd_rule)
    outcome = run(Config(), None)
    assert outcome.diagnostics == ()
    assert [(each.rule, each.key) for each in outcome.silences] == [
        ("TG", "strategy.framework"),
        ("DV998", "strategy.tp"),
    ]


def test_a_text_without_a_plan_is_not_called_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, nothing_understood)
    assert [each.rule.code for each in run(Config(), None).diagnostics] == ["IN203"]
    assert run(Config(), TWO).diagnostics == ()


def test_two_strategies_that_share_a_fault_give_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, odd_rule)
    assert len(run(Config(), TWO, TWO).diagnostics) == 1


def test_a_crash_is_reported_and_its_findings_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, odd_rule, broken_rule)
    found = run(Config(), TWO, raising=False).diagnostics
    assert [each.rule.code for each in found] == ["IN901", "DV998", "DV999"]
    assert found[0].message == "broken-rule (DV999) failed: ZeroDivisionError: on purpose"


def test_a_crash_is_raised_under_test(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, broken_rule)
    with pytest.raises(ZeroDivisionError):
        run(Config(), TWO)


@pytest.mark.parametrize(
    ("config", "codes"),
    [
        (Config(), ["DV998", "DV999"]),
        (Config(select=("DV",), ignore=("DV999",)), ["DV998"]),
        (Config(select=("broken-rule",), ignore=("DV",)), ["DV999"]),
        (Config(ignore=("gpu-count",)), []),
        (Config(select=("ME",)), []),
        (Config(select=("all",), ignore=("odd-rule",)), ["DV999"]),
    ],
)
def test_selection(monkeypatch: pytest.MonkeyPatch, config: Config, codes: list[str]) -> None:
    use(monkeypatch, odd_rule, broken_rule)
    assert [each.id.code for each in select.selected(config)] == codes


def test_the_closest_selector_sets_the_severity(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, odd_rule)
    config = Config(severity=(("DV998", Severity.INFO), ("DV", Severity.WARNING)))
    assert [each.severity for each in run(config, TWO).diagnostics] == [Severity.INFO]


def line_one(_: Diagnostic) -> int:
    return 1


@pytest.mark.parametrize(
    ("rules", "lines", "kept", "about"),
    [
        (("DV998",), (1, 1), 0, []),
        ((), (1, 1), 0, []),
        (("odd-rule",), (1, 3), 0, []),
        (("DV998",), (2, 2), 1, ["no finding of DV998 is silenced here"]),
        (("DV123",), (1, 1), 1, ["`DV123` is no rule"]),
    ],
)
def test_suppression(rules: tuple[str, ...], lines: tuple[int, int], kept: int, about: list[str]) -> None:
    plan = plan_of({"strategy.tp": TWO})
    found = odd_rule.diagnostic(next(iter(odd_rule.find(Case(plan)))))
    assert found
    with pytest.MonkeyPatch.context() as patch:
        use(patch, odd_rule, unknown_rule, unused_suppression)
        comment = Suppression(rules, *lines, Span("plan.md", 20, 30))
        silenced = select.silence([found], (comment,), line_one, Config())
    assert len(silenced.kept) == kept
    assert [each.message for each in silenced.about] == about


def test_a_target_holds_plans_that_name_no_framework() -> None:
    source = Source("plan.strat", "strategy {\n  pp = 4\n  zero_stage = 2\n}\n")
    assert [each.rule.code for each in check(source, replace(DEFAULT, target="deepspeed")).diagnostics] == ["TG201"]
    assert not check(source, replace(DEFAULT, target="megatron")).diagnostics
    assert not check(source).diagnostics


def test_rules_of_frameworks_are_read_only_for_a_framework() -> None:
    run = "from stratc.pipeline import check; from stratc.text.source import Source; import sys;"
    run += "check(Source('plan.strat', sys.argv[1])); print('stratc.rules.target' in sys.modules)"
    text = "strategy {\n  pp = 4\n%s}\n"
    for named, wanted in (("", "False"), ('  framework = "Megatron-LM"\n', "True")):
        done = subprocess.run([sys.executable, "-c", run, text % named], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == wanted


@pytest.mark.parametrize(
    ("figure", "certainty"),
    [("0.4 GB", Certainty.LIKELY), ("0.2B parameters × 2 bytes = 0.4 GB", Certainty.JUDGEMENT)],
)
def test_a_figure_that_the_plan_works_out_is_contested_as_a_judgement(figure: str, certainty: Certainty) -> None:
    text = f"- Model size: 8B parameters, BF16\n- Total GPUs: 8\n- Model weights per GPU: {figure}\n"
    found = [each for each in check(Source("plan.md", text)).diagnostics if each.rule.code == "ME118"]
    assert [each.certainty for each in found] == [certainty]


@pytest.mark.parametrize(
    ("workings", "slip", "certainty"),
    [
        (6, "", Certainty.JUDGEMENT),
        (5, "", Certainty.LIKELY),
        (7, "- KV heads: 3\n- Heads: 8\n", Certainty.LIKELY),  # two findings
        (8, "- KV heads: 3\n- Heads: 8\n", Certainty.JUDGEMENT),
        (16, "- Shard 99: 3 × 7 = 22\n", Certainty.LIKELY),
    ],
)
def test_a_plan_that_is_worked_through_is_contested_with_less_certainty(
    workings: int, slip: str, certainty: Certainty
) -> None:
    text = "- Model size: 8B parameters, BF16\n- Total GPUs: 8\n- Model weights per GPU: 0.4 GB\n\n## Worked out\n\n"
    text += "".join(f"- Shard {n}: {n} × 7 = {n * 7}\n" for n in range(2, workings + 2)) + slip
    found = {each.rule.code: each.certainty for each in check(Source("plan.md", text)).diagnostics}
    assert found["ME118"] is certainty
    assert ("AR101" in found) is ("×" in slip)
    chosen = check(Source("plan.md", text), Config(select=("ME118",))).diagnostics
    assert [each.certainty for each in chosen] == [certainty], "whatever else is asked for"


@pytest.mark.parametrize(
    ("figure", "certainty"),
    [
        ("Model weights per GPU: 0.4 GB", Certainty.LIKELY),
        ("Model weights per GPU at TP=32: 0.4 GB", Certainty.JUDGEMENT),
        ("Model weights per GPU at TP=8: 0.4 GB", Certainty.LIKELY),
    ],
)
def test_a_figure_beside_other_degrees_is_contested_as_a_judgement(figure: str, certainty: Certainty) -> None:
    text = f"- Model size: 70B parameters, BF16\n- Tensor parallelism: 8\n- Total GPUs: 8\n\n## Note\n\n- {figure}\n"
    found = [each for each in check(Source("plan.md", text)).diagnostics if each.rule.code == "ME118"]
    assert [each.certainty for each in found] == [certainty]


@pytest.mark.parametrize(("paragraphs", "certainty"), [(2, Certainty.LIKELY), (40, Certainty.JUDGEMENT)])
def test_what_a_guide_says_in_passing_is_contested_with_less_certainty(paragraphs: int, certainty: Certainty) -> None:
    text = "- Model size: 8B parameters, BF16\n- Total GPUs: 8\n- Model weights per GPU: 0.4 GB\n"
    text += (
        "\nEvery parallelism has its price, and which one is worth it depends on the links between the machines.\n"
        * (2 * paragraphs)
    )
    found = [each for each in check(Source("guide.md", text)).diagnostics if each.rule.code == "ME118"]
    assert [each.certainty for each in found] == [certainty]
