"""stratc: the compiler and linter for LLM parallelism plans."""

from __future__ import annotations

__version__ = "0.1.0"
