"""What a service carries: its replicas, and the requests that arrive, stay and are served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.analysis.frameworks.limits import SEQUENCES, limit
from stratc.arith.term import Named, lift
from stratc.ir.origin import Known
from stratc.ir.scope import Role
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from stratc.analysis.case import Case
    from stratc.arith.term import Term
    from stratc.ir.claim import Claim
    from stratc.ir.setting import Setting

NEAR = 0.12  # of figures that are averages and rounded


def only(case: Case, metric: str, *, needed: bool = False) -> Claim | None:
    """The first figure of a metric, where the plan gives one value of it; `needed`, of those that are the load."""
    found = [each for each in case.claims(metric) if not each.scope.strategy and (each.cause or not needed)]
    return found[0] if found and len({each.value for each in found}) == 1 else None


def figure(claim: Claim, name: str) -> Named:
    """The figure of a claim as a term."""
    return Named(name, claim.value, claim, claim.quantity.unit if claim.quantity.unit.symbol else None)


def replica_count(case: Case) -> Term | None:
    """The replicas of a service: as stated, else the data-parallel degree, else all devices over those of one.

    None where the plan gives several numbers, or shares experts among replicas.
    """
    stated = [each for each in case.claims("replicas") if each.relation is Relation.IS]
    shares = case.has("strategy.ep") and float(case.known("strategy.ep").value) > 1
    degree = case.fact("strategy.dp")
    dealt = degree.value if isinstance(degree, Known) and degree.is_stated and not shares else None
    values = {each.value for each in stated} | ({float(dealt)} if dealt else set())
    if len(values) > 1 or case.has_several("strategy.dp"):
        return None
    if stated:
        return Named("replicas", stated[0].value, stated[0])
    if dealt:
        return lift(case.number("strategy.dp"))
    return None if shares else _from_devices(case)


def _from_devices(case: Case) -> Term | None:
    alone = not (case.has("hardware.device_count") or case.has("strategy.device_count") or any(case.claims("nodes")))
    key = "hardware.devices_per_node" if alone else "hardware.device_count"  # of the one machine of a plan
    told = case.has("strategy.tp", key) and not case.has_several("strategy.tp", key, "strategy.device_count")
    if not told or any(case.claims("strategy.device_count", roles=(Role.ALTERNATIVE,))):
        return None
    replica = lift(case.number("strategy.tp")) * case.number_or("strategy.pp", 1)
    count = lift(case.number(key)) / replica
    whole = count.value == 1 if alone else count.value >= 1 and count.value == int(count.value)
    return count if whole else None


def load_in_flight(case: Case) -> Term | None:
    """Requests that are in the engine at a time: as stated, else those that arrive times how long each stays."""
    stated = only(case, "requests.flying")
    if stated is not None:
        return figure(stated, "in flight")
    return worked_in_flight(case) if not any(case.claims("requests.flying")) else None


def worked_in_flight(case: Case) -> Term | None:
    """Requests that arrive times how long each stays, where the plan gives one value of both."""
    arriving, time = only(case, "requests.arriving"), only(case, "requests.time")
    if arriving is None or time is None:
        return None
    return figure(arriving, "arriving") * figure(time, "in the engine")


def slots(case: Case) -> tuple[Claim | Setting, Term] | None:
    """The requests that a replica runs at a time at most, and where that is set or said."""
    found = limit(case, SEQUENCES)
    said = only(case, "slots.each")
    if found is not None:
        return found[0], Named("slots", found[1], found[0])
    if said is not None:
        return said, figure(said, "slots")
    return None
