"""python -m stratc"""

from __future__ import annotations

from stratc.cli.main import run

run()
