"""Letters mean one thing, laws cite what they rest on, and the handbook says what the code says."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import getdoc, signature
from pathlib import Path

import pytest

from stratc.cost.handbook import FOLDER, cited, laws, references, renewed
from stratc.cost.notation import NOTATION

LAWS = list(laws())
NAMES = [f"{module}.{law.__name__}" for module, law in LAWS]
WITHOUT_SOURCE = {"divides": "the definition itself", "fewest_replicas": "arithmetic on another law"}


@pytest.mark.parametrize("law", [law for _, law in LAWS], ids=NAMES)
def test_one_letter_parameters_are_in_the_notation(law: Callable[..., object]) -> None:
    assert not [name for name in signature(law).parameters if len(name) == 1 and name not in NOTATION]


@pytest.mark.parametrize("law", [law for _, law in LAWS], ids=NAMES)
def test_laws_cite_a_known_source(law: Callable[..., object]) -> None:
    assert law.__name__ in WITHOUT_SOURCE or cited(law) or "Source: as" in (getdoc(law) or "")


@pytest.mark.parametrize("law", [law for _, law in LAWS], ids=NAMES)
def test_laws_cite_nothing_unknown(law: Callable[..., object]) -> None:
    named = re.findall(r"[a-z][a-z0-9]*(?:-[a-z0-9.]+)*-(?:(?:19|20)\d\d|v\d[\d.]*\d|v\d)", getdoc(law) or "")
    assert set(named) <= set(references())


def test_every_reference_is_complete() -> None:
    assert all(set(entry) == {"title", "authors", "url"} for entry in references().values())


def test_the_handbook_is_current(golden: Callable[[Path, str], None]) -> None:
    path = FOLDER / "README.md"
    golden(path, renewed(path.read_text(encoding="utf-8")))
