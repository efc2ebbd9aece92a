"""The program: its commands, what they exit with, and what a user sees when one cannot do its work."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import NoReturn

import click

from stratc import __version__
from stratc.errors import StratcError
from stratc.text.width import printable

CLEAN, FINDINGS, UNUSABLE, FAULT = 0, 1, 2, 3
INTERRUPTED, CLOSED_PIPE = 130, 141
COMMANDS = {
    "lint": "Say what is wrong with plans.",
    "inspect": "Show what was understood of a plan, and where it is said.",
    "estimate": "Show what a plan costs: parameters, memory, FLOPs, communication, time.",
    "compile": "Write the launch configuration of a plan for a target.",
    "new": "Write the .strat that means what a launch script or a configuration says.",
    "explain": "Show the page of a rule.",
    "format": "Write .strat files in canonical form.",
    "rules": "List the rules.",
}


class Lazy(click.Group):
    """Imports the module of a command when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"stratc.cli.{cmd_name}"), f"{cmd_name}_command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest name for a command that there is none of."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from stratc.text.suggest import nearest

            close = nearest(args[0], COMMANDS, 1)
            meant = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command `{args[0]}`; {meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="stratc", message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Compiler and linter for LLM parallelism plans."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        ctx.exit(UNUSABLE)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit status."""
    gc.set_threshold(100_000)  # a run is over before there is much to collect; looking costs a tenth of it
    code = status(lambda: program.main(arguments, prog_name="stratc", standalone_mode=False))
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End the process at once; to take apart all that it holds would take a thirtieth of a short run.

    A debugger, a profiler or a measurement of coverage still has to write down what it saw.
    """
    if sys.gettrace() or sys.getprofile():
        sys.exit(code)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a pipe that nobody reads any more
            stream.flush()
    os._exit(code)


def status(work: Callable[[], object]) -> int:
    """The exit status of some work; whatever it raises becomes one line on standard error."""
    try:
        _prepare_streams()
        result = work()
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return _complain(_sentence(error.format_message()), UNUSABLE)
    except StratcError as error:
        return _complain(str(error), UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click turns a closed pipe into the second
        _drop_output()
        return CLOSED_PIPE
    except OSError as error:  # reading is guarded where it is done, so this is standard output
        _drop_output()
        return _complain(f"the output cannot be written: {error.strerror or error}", UNUSABLE)
    except Exception as fault:  # the last line of defence: a user never sees a traceback unasked
        return _fault(fault)
    return result if isinstance(result, int) else CLEAN


def _prepare_streams() -> None:
    """Let a terminal that cannot show a sign show its number; what is closed becomes nowhere."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115  # closed with the process
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # the same
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # the same
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Keep the interpreter from writing the rest of standard output when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(message: str) -> str:
    """click's message in our form: one line, lower-case start, no full stop."""
    line = " ".join(message.split()).rstrip(".")
    return line[:1].lower() + line[1:]


def _complain(message: str, code: int) -> int:
    click.echo(f"stratc: {printable(message)}", err=True)
    return code


def _fault(fault: Exception) -> int:
    if os.environ.get("STRATC_DEBUG"):
        import traceback

        traceback.print_exception(fault)
    what = f"{type(fault).__name__}: {fault}".rstrip(": ")
    hint = "" if os.environ.get("STRATC_DEBUG") else "; STRATC_DEBUG=1 shows where, please report it"
    return _complain(f"a fault of the program: {' '.join(what.split())}{hint}", FAULT)
