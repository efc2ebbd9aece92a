"""One flag for every derived file: `pytest --update` writes what is, the diff is the review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# how fast texts are drawn, or a case runs, depends on the machine and what else it does
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden, derived and snapshot files")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a committed file, or writes the file under --update."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        committed = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == committed, f"{path.name} is not what the code says; run pytest --update and read the diff"

    return compare
