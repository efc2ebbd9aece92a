"""stratc: the compiler and linter for LLM parallelism plans.

>>> report = check(Source("plan.md", "- TP: 2\\n- PP: 4\\n- DP: 8\\n- **Total GPUs**: 32\\n"))
>>> [each.rule.name for each in report.diagnostics if each.severity is Severity.ERROR]
['world-size-mismatch']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stratc.config import Config
    from stratc.diagnostics.diagnostic import Certainty, Diagnostic, Severity
    from stratc.diagnostics.report import Report
    from stratc.ir.plan import Plan
    from stratc.pipeline import check, read, understand
    from stratc.text.source import Source

__version__ = "0.1.0"
__all__ = ["Certainty", "Config", "Diagnostic", "Plan", "Report", "Severity", "Source", "check", "read", "understand"]

_HOMES = {
    "check": "stratc.pipeline",
    "read": "stratc.pipeline",
    "understand": "stratc.pipeline",
    "Config": "stratc.config",
    "Certainty": "stratc.diagnostics.diagnostic",
    "Diagnostic": "stratc.diagnostics.diagnostic",
    "Severity": "stratc.diagnostics.diagnostic",
    "Report": "stratc.diagnostics.report",
    "Plan": "stratc.ir.plan",
    "Source": "stratc.text.source",
}


def __getattr__(name: str) -> object:
    """A public name, imported when it is asked for: the program itself starts without them."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
