"""CN123: devices counted with other degrees than the plan has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from stratc.analysis.case import Case
from stratc.analysis.layout.devices import refuted
from stratc.analysis.said.factors import Product, product_of
from stratc.arith.unit import figures
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known
from stratc.rules.rule import Finding, rule

AXES = ("tp", "pp", "cp", "dp", "ep")
COUNTED = ("strategy.device_count", "parts")
MACHINES = frozenset({"node", "nodes", "server", "servers", "machine", "machines", "host", "hosts", "box", "boxes"})


@rule("CN123", category=Category.CONSISTENCY, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def product_of_other_degrees(case: Case) -> Iterator[Finding]:
    """The working of the devices multiplies another value of a degree than the plan gives it, or leaves one out.

    ## What it finds
    "World size: 8 × 4 × 2 = 64" beside TP = 8, PP = 4 and DP = 4; "16 (EP) × 2 (TP) × 2 (PP) = 64 parts" for 64 devices
    beside DP = 2, which leaves no device to the second replica.

    ## Why it matters
    One of the two values was changed and the other kept.  What follows from the degree, batch, memory and gradients, is
    right for one of them at most.

    ## Example
    ```plan
    - **Tensor parallel**: 8
    - **Pipeline parallel**: 4
    - **Data parallel**: 4
    - ZeRO-1 over DP 2
    - **World size**: 8 × 4 × 2 = 64   <!-- CN123 -->
    ```

    ## References
    - narayanan-2021, section 3
    """
    if refuted(case):
        return  # for the rule on the number of devices
    degrees = {
        axis: fact
        for axis in AXES
        if isinstance(fact := case.fact(f"strategy.{axis}"), Known) and fact.is_stated and fact.value > 1
    }
    worked = ((each, product_of(each.working)) for each in case.claims(*COUNTED) if each.working is not None)
    products = [(claim, product) for claim, product in worked if product is not None]
    right = _by_degrees(products, degrees)
    for claim, product in products:
        if product.under:
            continue
        beside = any(each is not claim for each in right.get(claim.scope.path, ()))
        if beside or any(factor.word in MACHINES for factor in product.over):
            continue  # machines and what stands in each, or another layout beside the plan's
        factors = [factor.value for factor in product.over if factor.value > 1]
        if claim.metric == "parts":
            yield from _left_out(case, claim, degrees, [factor.word for factor in product.over])
        else:
            yield from _changed(claim, degrees, factors)


def _by_degrees(products: Iterable[tuple[Claim, Product]], degrees: dict[str, Known[int]]) -> dict[object, list[Claim]]:
    """The claims whose product is that of all degrees of the plan, by section."""
    own = Counter(float(fact.value) for fact in degrees.values())
    found: dict[object, list[Claim]] = {}
    for claim, product in products:
        if Counter(each.value for each in product.over if each.value > 1) == own:
            found.setdefault(claim.scope.path, []).append(claim)
    return found


def _changed(claim: Claim, degrees: dict[str, Known[int]], factors: list[float]) -> Iterator[Finding]:
    """A product of as many figures as degrees of which one is another."""
    given = {float(fact.value) for fact in degrees.values()}
    for own in (degrees, {axis: fact for axis, fact in degrees.items() if axis != "ep"}):
        missing = Counter(float(fact.value) for fact in own.values()) - Counter(factors)
        extra = Counter(factors) - Counter(float(fact.value) for fact in own.values())
        if len(own) == len(factors) > 1 and missing.total() == extra.total() == 1 and not given & set(extra):
            yield Finding(
                at=claim,
                message=f"{' × '.join(map(figures, factors))} devices counted, but the degrees are "
                + ", ".join(f"{axis} = {figures(fact.value)}" for axis, fact in own.items()),
                stated=figures(next(iter(extra))),
                computed=figures(next(iter(missing))),
                label="counted here",
                also=tuple((fact, axis) for axis, fact in own.items() if fact.value in missing),
                help="give the degree one value",
            )
            return


def _left_out(case: Case, claim: Claim, degrees: dict[str, Known[int]], words: list[str]) -> Iterator[Finding]:
    """Parts that are as many as the devices, of a plan with several replicas that they leave out."""
    copies, total = degrees.get("dp"), case.known("strategy.device_count")
    named = {word for word in words if word in AXES}
    others = [fact.value for axis, fact in degrees.items() if axis not in ("ep", "dp")]
    if copies is None or "dp" in named or len(named) < len(words) or not {*degrees} - {"dp"} <= named:
        return
    shared = copies.value
    for each in others:
        shared *= each
    if claim.value == total.value and shared != total.value:
        yield Finding(
            at=claim,
            message=f"{figures(claim.value)} parts for {figures(total.value)} devices leave out dp = "
            f"{figures(copies.value)}: with it the parts need {figures(claim.value * copies.value)} devices",
            stated=claim.value,
            computed=claim.value * copies.value,
            label="counted here",
            also=((copies, "left out"), (total, "the devices")),
            category=Category.GPU_COUNT,
            help="count the replicas, or drop one of the degrees",
        )
