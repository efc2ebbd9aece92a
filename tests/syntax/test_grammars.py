"""Parse tables are kept between processes where that is possible, and never trusted blindly."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratc.syntax.grammars import cache_folder, parser_of


def tables(folder: Path) -> Path:
    return folder / "stratc" / "strat.tables"


def test_tables_are_kept_and_renewed_when_spoilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    tables(tmp_path).parent.mkdir()
    for spoilt in (b"", b"no tables", b"0" * 64 + b"\nno pickle"):
        tables(tmp_path).write_bytes(spoilt)
        assert parser_of.__wrapped__("strat").parse("tp = 2").data == "setting"
        assert tables(tmp_path).stat().st_size > 1000


def test_no_folder_for_tables_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    assert cache_folder() is None
    assert parser_of.__wrapped__("strat").parse("tp = 2").data == "setting"
