"""Arguments that the program of a launch does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity
from stratc.frontends.launch.arguments import Command, options
from stratc.frontends.launch.megatron import TABLE
from stratc.frontends.launch.traced import Atlas
from stratc.text.suggest import likeness, nearest

UNKNOWN_NAME = RuleId("IN103", "unknown-name")
SLIP = 0.8  # names as alike as this are one name with a slip
OF_A_FORK = 3  # so many names that Megatron does not have are those of a fork
_SCRIPT = re.compile(r"(?:^|/)pretrain_(?:gpt|bert|t5|mamba|hybrid|vlm|retro)\.py$")


def slips_in(command: Command, atlas: Atlas) -> Iterator[Diagnostic]:
    """Arguments that Megatron's own scripts refuse, as argparse does: neither a name nor the beginning of one.

    A script with several of them starts a fork that has more arguments, and one for DeepSpeed always does.
    """
    if not _SCRIPT.search(command.program.text):
        return
    given = {each.shown: each for each in options(command.words, atlas) if each.shown.startswith("--")}
    if any(name.startswith("--deepspeed") for name in given):
        return
    from stratc.frontends.launch.megatron_flags import KNOWN

    unknown = [name for name in given if name[2:] not in KNOWN and name[2:].replace("_", "-") not in KNOWN]
    unknown = [name for name in unknown if not any(each.startswith(name[2:]) for each in KNOWN)]
    unknown = [name for name in unknown if name[2:].replace("-", "_") not in TABLE]  # of older releases
    if len(unknown) >= OF_A_FORK:
        return
    for name in unknown:
        close = nearest(name[2:], KNOWN, 2)
        advice = f"did you mean {' or '.join(f'`--{each}`' for each in close)}?" if close else ""
        slip = bool(close) and likeness(name[2:], close[0]) >= SLIP
        severity = Severity.WARNING if slip else Severity.INFO  # a name like no other may be that of a fork
        label = Label(given[name].context, "not known")
        message = f"Megatron has no argument `{name}`"
        yield Diagnostic(
            UNKNOWN_NAME, Category.INPUT, severity, Certainty.LIKELY, message, label, (), None, advice, None
        )
