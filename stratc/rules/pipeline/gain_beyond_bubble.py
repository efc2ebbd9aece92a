"""PI112: a gain that a smaller bubble cannot give."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.arith.term import Named, Term, lift
from stratc.arith.unit import PERCENT, show
from stratc.diagnostics.diagnostic import Category, Severity
from stratc.ir.claim import Claim
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule

EVERY = (Role.PLAN, Role.TARGET, Role.EARLIER, Role.ALTERNATIVE)


@rule("PI112", category=Category.PIPELINE, severity=Severity.ERROR)
def gain_beyond_bubble(case: Case) -> Iterator[Finding]:
    """A gain in throughput is credited to a smaller bubble, which explains less of it.

    ## What it finds
    "9 % faster, all of it from the bubble" beside two bubbles of the same section, or a factor that pipeline
    parallelism is said to win by reducing its bubble, where the two shares give less: (1 - new) ÷ (1 - old).

    ## Why it matters
    The bubble is time in which devices wait.  Less of it lengthens the busy share and nothing else; the rest of the
    gain has another reason, which the next plan should not count twice.

    ## Example
    ```plan
    - **Bubble**: 7 ÷ (56 + 7) = 11.1 % before, 7 ÷ (112 + 7) = 5.9 % now
    - The smaller bubble explains the gain in throughput of 12 %   <!-- PI112 -->
    ```

    ## References
    - huang-2019, section 2.3
    """
    shares = [each for each in case.claims("bubble", roles=EVERY) if 0 < each.value < 1 and not each.quantity.is_range]
    gains = [(each, each.value) for each in case.claims("gain.bubble")]
    reduced = [place for each in case.mentions("small_bubble") for place in each.places]
    credited = (each for each in case.claims("speedup.throughput") if each.cause == "pp")
    factors = (each for each in credited if any(place in each.context for place in reduced))
    for claim, gain in (*gains, *((each, each.value - 1) for each in factors)):
        near = [each for each in shares if each.scope.path == claim.scope.path] or shares
        old, new = max(near, key=_value, default=None), min(near, key=_value, default=None)
        if old is None or new is None or old.value == new.value:
            continue
        most = lift((1 - _share(new)) / (1 - _share(old)) - 1)
        rounded = 0.005 + claim.quantity.step / 2
        if gain > most.value + rounded:
            yield Finding(
                at=claim,
                message=f"{show(gain, PERCENT)} more throughput credited to the bubble, but from "
                f"{old.quantity.show()} to {new.quantity.show()} gives {show(most.value, PERCENT)}",
                because=most,
                stated=gain,
                unit=PERCENT,
                also=((old, "the larger bubble"), (new, "the smaller one")),
                help="look for what else has changed",
            )


def _value(claim: Claim) -> float:
    return claim.value


def _share(claim: Claim) -> Term:
    return Named("bubble", claim.value, claim, PERCENT)
