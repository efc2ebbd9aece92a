"""Arguments that the program of a launch does not have."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache

from stratc.diagnostics.diagnostic import Category, Certainty, Diagnostic, Label, RuleId, Severity
from stratc.frontends.launch.arguments import FRAGMENT, Command, options
from stratc.frontends.launch.megatron import TABLE
from stratc.frontends.launch.traced import Atlas
from stratc.text.span import Span
from stratc.text.suggest import likeness, nearest

UNKNOWN_NAME = RuleId("IN103", "unknown-name")
SLIP = 0.85  # names as alike as this are one name with a slip
OF_A_FORK = 3  # so many names that Megatron does not have are those of a fork
OWN = 2  # so many of Megatron's own names, which others do not have, make arguments those of Megatron
_OWN = frozenset(
    (
        *("--tensor-model-parallel-size", "--pipeline-model-parallel-size", "--num-attention-heads"),
        *("--micro-batch-size", "--global-batch-size", "--max-position-embeddings", "--num-layers"),
    )
)
_SCRIPT = re.compile(r"(?:^|/)pretrain_(?:gpt|bert|t5|mamba|hybrid|vlm|retro)\.py$")


def slips_in(command: Command, atlas: Atlas) -> Iterator[Diagnostic]:
    """Arguments that the program refuses, as argparse does: neither a name nor the beginning of one.

    A script with several of them starts a fork or another release that has more arguments, as one for DeepSpeed does.
    """
    program, known, older = _names(command)
    if known:
        given = {each.shown: each.context for each in options(command.words, atlas) if each.shown.startswith("--")}
        yield from slips(program, known, older, given)


def of_megatron(given: Mapping[str, Span]) -> Iterator[Diagnostic]:
    """The same of arguments that a configuration of Megatron lists, and where they stand."""
    return slips("Megatron", _of_all_releases(), TABLE, given)


def is_of_fork(command: Command) -> bool:
    """Whether a launch of Megatron has so many arguments that no release of it knows that a fork runs it."""
    given = {word for each in command.words if (word := each.text.partition("=")[0]).startswith("--")}
    return len(_unknown(_of_all_releases(), TABLE, given)) >= OF_A_FORK


@cache
def _of_all_releases() -> frozenset[str]:
    """The arguments of every release of Megatron."""
    from stratc.frontends.launch.megatron_flags import KNOWN  # only a launch of it pays for them

    return frozenset(each.replace("_", "-") for each in KNOWN)


def _unknown(known: frozenset[str], older: Container[str], given: Iterable[str]) -> list[str]:
    """Those of the names that neither a program nor its older releases have, in full or shortened."""
    plain = {name: _plain(name) for name in given}
    unknown = [name for name, each in plain.items() if each not in known and not _begins(each, known)]
    unknown = [name for name in unknown if plain[name].replace("-", "_") not in older]
    return [name for name in unknown if plain[name].removeprefix("no-") not in known]  # switches that are turned off


def _plain(name: str) -> str:
    """An argument's name without what vLLM puts behind it to set a part."""
    return name[2:].partition(".")[0].replace("_", "-")


def slips(
    program: str, known: frozenset[str], older: Container[str], given: Mapping[str, Span]
) -> Iterator[Diagnostic]:
    """Names that a program does not have, among those that it is given."""
    if any(name.startswith("--deepspeed") for name in given):
        return
    unknown = _unknown(known, older, given)
    if len(unknown) < OF_A_FORK:
        for name in unknown:
            yield _strange(f"{program} has no argument `{name}`", given[name], _plain(name), known, "--")


def of_neox(given: Mapping[str, Span]) -> Iterator[Diagnostic]:
    """Keys of a configuration that GPT-NeoX does not have and therefore refuses; dashes and underlines are the same."""
    from stratc.frontends.launch.neox_keys import KEYS

    plain = {name: name.replace("-", "_") for name in given}
    unknown = [name for name in given if plain[name] not in KEYS]
    if len(unknown) < OF_A_FORK:
        for name in unknown:
            yield _strange(f"GPT-NeoX has no key `{name}`", given[name], plain[name], KEYS)


def _strange(message: str, place: Span, plain: str, known: Iterable[str], mark: str = "") -> Diagnostic:
    """One name that a program does not have, and those that it has in its stead."""
    close = nearest(plain, known, 2)
    advice = f"did you mean {' or '.join(f'`{mark}{each}`' for each in close)}?" if close else ""
    slip = bool(close) and likeness(plain, close[0]) >= SLIP
    severity = Severity.WARNING if slip else Severity.INFO  # a name like no other may be that of a fork
    label = Label(place, "not known")
    return Diagnostic(UNKNOWN_NAME, Category.INPUT, severity, Certainty.LIKELY, message, label, (), None, advice, None)


def _names(command: Command) -> tuple[str, frozenset[str], Container[str]]:
    """The program of a command, the names of its arguments, and those of older releases; none of another program."""
    if command.launcher in ("vllm", "sglang"):
        from stratc.frontends.launch import server_flags, serving

        vllm = command.launcher == "vllm"
        known = server_flags.VLLM if vllm else server_flags.SGLANG
        return serving.NAMES[command.launcher], known, serving.VLLM if vllm else serving.SGLANG
    if _SCRIPT.search(command.program.text) or _lists_megatron(command):
        return "Megatron", _of_all_releases(), TABLE
    return "", frozenset(), ()


def _lists_megatron(command: Command) -> bool:
    """Whether arguments without a program are those of Megatron."""
    named = {each.text.partition("=")[0] for each in command.words if each.text.startswith("--")}
    return command.launcher == FRAGMENT and len(named & _OWN) >= OWN


def _begins(name: str, known: Iterable[str]) -> bool:
    return any(each.startswith(name) for each in known)
