"""What a user's profile says of machines, model and workload where the plan is silent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stratc.ir.draft import Draft
from stratc.ir.origin import Given, Known

NAMES = {"hardware": "hardware.accelerator", "model": "model.name"}


def take_profile(draft: Draft) -> Draft:
    """Fills facts from the profile.

    Before: facts that the plan states.  After: facts of the profile that it does not state are added as Given.  Where
    the plan names another accelerator or model than the profile, none of that kind is taken.
    """
    other = {kind for kind, key in NAMES.items() if _differ(draft.facts.get(key), draft.profile.get(key))}
    added = {
        key: Known(known.value, Given("the profile", known.spans()))
        for key, known in draft.profile.items()
        if key not in draft.facts and key.partition(".")[0] not in {"strategy", *other}
    }
    return replace(draft, facts={**draft.facts, **added}) if added else draft


def _differ(stated: Known[Any] | None, given: Known[Any] | None) -> bool:
    return stated is not None and given is not None and stated.value != given.value
