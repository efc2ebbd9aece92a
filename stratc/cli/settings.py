"""What holds for a file: its configuration, overruled by options."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from stratc.config import DEFAULT, Config, config_at, for_path, load_config
from stratc.diagnostics.diagnostic import Certainty, Severity
from stratc.errors import UsageError


class Overrules(NamedTuple):
    """What options of a command say; None and nothing where they are not given."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    min_certainty: str | None = None
    config: str | None = None
    target: str | None = None

    def over(self, config: Config) -> Config:
        """A configuration with the options in place.  Raises UsageError on an unknown rule."""
        config = replace(
            config,
            select=self.select or config.select,
            ignore=(*config.ignore, *self.ignore),
            fail_on=Severity(self.fail_on) if self.fail_on else config.fail_on,
            min_certainty=Certainty(self.min_certainty) if self.min_certainty else config.min_certainty,
            target=self.target or config.target,
        )
        if config.select or config.ignore or config.severity or config.per_path:
            _refuse_unknown(config)
        return config


@dataclass(slots=True)
class Settings:
    """Finds the configuration of each file: the nearest above it, else that of the working folder."""

    overrules: Overrules
    found: dict[str, Config | None] = field(default_factory=dict)
    ready: dict[str, Config] = field(default_factory=dict)

    def of(self, path: str) -> Config:
        """What holds for a file.  Raises ConfigError when its configuration cannot be used."""
        folder = os.path.dirname(path)
        if folder not in self.ready:
            self.ready[folder] = self.overrules.over(self._of_folder(folder))
        config = self.ready[folder]
        return for_path(config, path) if config.per_path else config

    def _of_folder(self, folder: str) -> Config:
        if self.overrules.config:
            return config_at(self.overrules.config)
        return self._nearest(folder) or self._nearest("") or DEFAULT

    def _nearest(self, folder: str) -> Config | None:
        if folder not in self.found:
            self.found[folder] = load_config(os.path.abspath(folder))  # no links followed
        return self.found[folder]


def _refuse_unknown(config: Config) -> None:
    from stratc.cli.options import meant
    from stratc.pages import rule_names, unknown_rules

    for name in unknown_rules(config):
        raise UsageError(f"no rule `{name}`; {meant(name, rule_names())}")
