"""The counts of the catalogue are those of the cost model, to the last parameter."""

from __future__ import annotations

import pytest

from stratc.analysis.model.parameters import count_parameters
from stratc.arith.term import plain
from stratc.catalog.load import model, names
from tests.conformance.plans import case_of


@pytest.mark.parametrize("name", names("model"))
def test_a_published_architecture_has_the_published_count(name: str) -> None:
    entry = model(name)
    assert entry is not None
    published = entry.values["model.parameters"]
    assert plain(count_parameters(case_of({**entry.values, "model.name": name})).total or 0) == published
