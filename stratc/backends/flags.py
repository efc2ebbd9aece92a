"""Arguments as dataclasses: a field is a flag, its value a fact that knows where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias

from stratc.backends.backend import Options
from stratc.errors import UsageError
from stratc.ir.origin import Known

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from stratc.analysis.case import Case

Setting: TypeAlias = Known[Any] | None
"""A value and where it comes from; None leaves the flag out, True is a switch."""


def settings(group: DataclassInstance) -> Iterator[tuple[str, Known[Any]]]:
    """Flag and setting of every field that is set, in the order of the class."""
    for field in fields(group):
        setting: Setting = getattr(group, field.name)
        if setting is not None:
            yield flag_of(field.name), setting


def flag_of(field: str) -> str:
    """The flag of a field.

    >>> flag_of("num_layers")
    '--num-layers'
    """
    return "--" + field.replace("_", "-")


def value(case: Case, key: str) -> Setting:
    """A fact as a setting."""
    fact = case.fact(key)
    return fact if isinstance(fact, Known) else None


def when(setting: Setting, wanted: object, shown: object = True) -> Setting:
    """The setting as another value where it has this one; else nothing."""
    return Known(shown, setting.origin) if setting is not None and setting.value == wanted else None


def renamed(setting: Setting, names: dict[str, str]) -> Setting:
    """The setting in the words of a target; nothing where the target has no such word."""
    if setting is None or str(setting.value).lower() not in names:
        return None
    return Known(names[str(setting.value).lower()], setting.origin)


def length(case: Case) -> Setting:
    """The longest sequence: as stated, else the prompt and the output that follows it."""
    whole = value(case, "workload.sequence_length")
    if whole:
        return Known(int(whole.value.high), whole.origin)
    prompt, output = value(case, "workload.prompt_length"), value(case, "workload.output_length")
    if prompt:
        return Known(int(prompt.value.high + (output.value.high if output else 0)), prompt.origin)
    return None


def only_version(options: Options, target: str, version: str) -> str:
    """The one version of a target that is known.  Raises UsageError where another is asked for."""
    if options.version and not f"{options.version}.".startswith(f"{version}."):
        raise UsageError(f"no {target} `{options.version}`; arguments of {version} are known")
    return version
