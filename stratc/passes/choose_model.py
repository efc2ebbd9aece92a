"""Which of several models that a text names the plan is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.ir.draft import Candidate, Draft
from stratc.ir.statement import Statement
from stratc.passes.merge_repeated import letters
from stratc.passes.weigh import is_at_home, weight

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME, SIZE = "model.name", "model.parameters"


def choose_model(draft: Draft) -> Draft:
    """Sets aside what the names of other models say of them.

    Before: a candidate for every name and size.  After: one name, the most exact of those that a model goes by; sizes
    that are part of another model's name ("as fast as Falcon-40B") are no sizes of this one.  Where several other
    models are named more often than any is introduced, the text is about no single one, and the names are set aside
    too, so that nothing is filled in from one of them.
    """
    names = [each for each in draft.candidates if each.key == NAME]
    if len(names) < 2:
        return draft
    models: dict[str, list[Candidate]] = {}
    for each in sorted(names, key=weight):
        models.setdefault(_entry(each), []).append(each)
    own = _exact(max(models, key=lambda entry: weight(models[entry][-1])), models)
    alike = {own, *(entry for entry in models if _is_family(entry, own))}
    spoken = [said for entry in alike for each in models[entry] for said in each.statements]
    places = [said for entry in models.keys() - alike for each in models[entry] for said in each.statements]
    if len(models) - len(alike) > 1 and len(places) > len(spoken) and not any(is_at_home(said) for said in spoken):
        own_name, places = [], [*places, *spoken]
    else:
        own_name = [replace(models[own][-1], statements=tuple(sorted(spoken, key=lambda said: said.span.start)))]
    sizes = [_without(each, places) for each in draft.candidates if each.key == SIZE]
    rest = [each for each in draft.candidates if each.key not in (NAME, SIZE)]
    left = tuple(each for each in (*rest, *own_name, *sizes) if each.statements)
    kept = {id(said) for each in left for said in each.statements}
    aside = (said for each in draft.candidates for said in each.statements if id(said) not in kept)
    return replace(draft, candidates=left, set_aside=(*draft.set_aside, *aside))


def _exact(name: str, models: Iterable[str]) -> str:
    """The one member of a family that is named beside it ("Llama 3", "Llama 3 8B"); else the name itself."""
    members = [each for each in models if _is_family(name, each)]
    return members[0] if len(members) == 1 and any(letter.isdigit() for letter in name) else name


def _is_family(name: str, other: str) -> bool:
    """Whether a name that is no published model's begins the other: "Llama 3" of "Llama 3 8B"."""
    from stratc.catalog.load import model

    return name != other and letters(other).startswith(letters(name)) and model(name) is None


def _entry(name: Candidate) -> str:
    """The model that a name stands for: its entry in the catalogue, else its letters and digits."""
    from stratc.catalog.load import model

    text = str(name.value)
    entry = model(text)
    return entry.name if entry else letters(text)


def _without(size: Candidate, names: list[Statement]) -> Candidate:
    """A size without the places where it is part of one of these names."""
    inside = (said for said in size.statements if not any(said.span in name.span for name in names))
    return replace(size, statements=tuple(inside))
