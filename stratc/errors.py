"""What a caller may have to catch.

    StratcError
    ├── InputError      a file is missing, unreadable or not text
    ├── UsageError      an option, target, rule or key that does not exist
    ├── ConfigError     [tool.stratc] or stratc.toml cannot be used
    └── CatalogError    no such accelerator or model

A plan that is wrong is no error: it gives diagnostics.
"""

from __future__ import annotations


class StratcError(Exception):
    """The caller asked for what cannot be done; the message is one sentence for a user."""


class InputError(StratcError):
    """A file is missing, unreadable or not text."""


class UsageError(StratcError):
    """An option, target, rule or key that does not exist."""


class ConfigError(StratcError):
    """The configuration cannot be used."""


class CatalogError(StratcError):
    """No such accelerator or model."""
