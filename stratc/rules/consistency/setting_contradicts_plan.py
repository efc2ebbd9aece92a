"""CN113: a launch command or a configuration against the words of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.said.values import shown
from stratc.analysis.words import WORDS
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

DEGREES = ("strategy.tp", "strategy.pp", "strategy.cp")


@rule("CN113", category=Category.CONSISTENCY, severity=Severity.WARNING)
def setting_contradicts_plan(case: Case) -> Iterator[Finding]:
    """A command or a configuration of the plan sets another value than the plan says.

    ## What it finds
    A setting in a fence that the plan offers for its own launch, with another value than its prose, lists and tables
    give: a degree, the shape of the model, the batch, the devices that the command starts; or the only command with
    another value than the one configuration beside it.  Other settings that differ among themselves, and those of an
    example, an alternative or an earlier plan, are left alone.  One of many that stand apart from one another, as in a
    guide, is only remarked on, and one where the plan says several values.  Certain for degrees in the only command of
    a plan, where it is shown whole.

    ## Why it matters
    What runs is the command, and every figure of the plan was computed for something else.

    ## Example
    ````plan
    - **Tensor Parallelism**: 4-way
    - **Pipeline Parallelism**: 2-way

    ## Launch
    ```bash
    vllm serve org/model --tensor-parallel-size 8 --pipeline-parallel-size 2 <!-- CN113 -->
    ```
    ````

    ## References
    - ieee-29148-2018, consistency of requirements
    """
    if not case.plan.settings:
        return
    from stratc.analysis.frameworks.contradictions import (  # only a plan with settings pays for it
        accumulated,
        contradicted,
        drafted,
    )

    for each in (*contradicted(case), *accumulated(case), *drafted(case)):
        words = WORDS[each.key][0] if each.key in WORDS else "drafted tokens"
        values = (each.set_.value, each.said.value)
        here, there = (shown(each.key, value) if each.key in WORDS else str(value) for value in values)
        sure, loose = each.undisputed and each.key in DEGREES, each.scattered or not each.alone
        yield Finding(
            at=each.set_,
            message=f"`{each.setting.name}` sets {words} to {here}, but the plan says {there}",
            stated=here,
            computed=there,
            label="set here",
            also=((each.said, "said here"),),
            severity=Severity.INFO if loose else None,
            certainty=Certainty.JUDGEMENT if loose else None if sure else Certainty.LIKELY,
            help="bring the setting and the plan together, or say what the setting is for",
        )
