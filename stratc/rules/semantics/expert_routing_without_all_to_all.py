"""SE104: expert parallelism whose exchange of tokens is not named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stratc.analysis.case import Case
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.mention import Mention
from stratc.ir.origin import Known
from stratc.ir.scope import Role, Topic
from stratc.rules.rule import Finding, rule

OTHERS = ("all_reduce", "point_to_point", "all_gather", "reduce_scatter")


@rule("SE104", category=Category.COMMUNICATION, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def expert_routing_without_all_to_all(case: Case) -> Iterator[Finding]:
    """A plan with expert parallelism lists its collectives, and the exchange of tokens is not among them.

    ## What it finds
    Expert parallelism over several devices, a section on communication that names other collectives, and nowhere in the
    plan an all-to-all.  Where the section speaks of expert parallelism in other words, or names one collective only, it
    is a remark.  A plan that names no all-to-all and calls the traffic between its experts minimal, local or none, is
    shown at those words; it is a remark where a section on experts says it of communication as such, and where a plan
    lets experts exchange data with each other, even if it names the all-to-all elsewhere.

    ## Why it matters
    Every layer with experts sends each token to its experts and back, two all-to-alls a pass.  In most such plans they
    are the largest traffic of all, and the first to cross node borders.

    ## Example
    ```plan
    # Parallel strategy

    - **Experts per layer**: 32
    - **Expert Parallelism**: 32-way

    ## Communication pattern
    - **Tensor parallelism**: all-reduce within GPU pairs   <!-- SE104 -->
    - **Pipeline parallelism**: point-to-point between stages
    ```

    ## References
    - lepikhin-2020, section 3
    """
    degree = case.known("strategy.ep")
    every = case.mentions("all_to_all", *OTHERS)
    named = [each for each in every if each.concept == "all_to_all" or _on_communication(each)]
    kinds = {each.concept for each in named}
    slight = case.mentions("expert_exchange_denied", "expert_exchange_small", roles=(Role.PLAN, Role.TARGET))
    small = min(slight, key=lambda each: (not _is_denial(each), not _on_communication(each)), default=None)
    exchanged = "all_to_all" in kinds
    called = next(case.mentions("expert_section_small", roles=(Role.PLAN, Role.TARGET)), None)
    talk = next(case.mentions("experts_converse", *(() if exchanged else ("expert_exchange",))), None)
    if degree.value < 2:
        return
    if small is not None and not exchanged:
        denial = _is_denial(small)
        said = "said not to be there" if denial else "called small"
        found = _finding(degree, small, f"the traffic between experts is {said}, and no all-to-all is named")
        yield replace(found, category=Category.SEMANTICS if denial else None)
    elif talk:
        what = "experts are said to exchange data, which only tokens do: they are sent to their experts and back"
        yield replace(_finding(degree, talk, what), severity=Severity.INFO, category=Category.SEMANTICS)
    elif called and not exchanged:
        found = _finding(degree, called, "its communication is called small, and no all-to-all is named")
        yield found.as_remark
    elif kinds and not exchanged:
        remark = len(kinds) == 1 or any(map(_on_communication, case.mentions("expert_parallel")))
        found = _finding(degree, named[0], "the collectives listed hold no all-to-all")
        yield replace(found, severity=Severity.INFO if remark else None)


def _finding(degree: Known[int], at: Mention, what: str) -> Finding:
    return Finding(
        at=at,
        message=f"{degree.value}-way expert parallelism, but {what}",
        label="said here",
        computed=degree.value,
        also=((degree, "expert parallelism"),),
        help="list the all-to-all that sends tokens to their experts, and the one that brings them back",
    )


def _is_denial(mention: Mention) -> bool:
    return mention.concept == "expert_exchange_denied"


def _on_communication(mention: Mention) -> bool:
    return mention.scope.topics[:1] == (Topic.COMMUNICATION,)
