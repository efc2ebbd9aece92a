"""How many command lines of launch scripts are read as they were launched.

    python benchmarks/launches.py captured.json FOLDER

`captured.json` maps the path of a script below FOLDER to its "args", "env" and "commands", each with a "tool" and
an "argv": what the script started when it ran with stubs for its launchers.  A line counts as whole when every option
has the same values in the text as it was read; a value that only a run tells may stand for any text, and paths are
compared by their last part, since the folder of the run is not known.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

from stratc.cli.files import load
from stratc.errors import InputError
from stratc.frontends.launch.shell.run import Shell
from stratc.frontends.launch.traced import ABSENT, NOWHERE, UNKNOWN, Atlas, Traced
from stratc.text.source import Source

LEAST = 8  # words of a command that launches something
CARRIERS = ("srun", "numactl", "uv")  # their own options are not those of the program
OPEN = re.compile(f"[{UNKNOWN}{ABSENT}]+")
Options = dict[str, list[str]]


def options(words: list[str]) -> Options:
    """The options of a command and their values; of an option given twice the last."""
    found: Options = {}
    values: list[str] = []
    for word in words:
        if re.match(r"--?[A-Za-z]", word):
            name, sign, value = word.partition("=")
            values = found[name] = [value] if sign else []
        else:
            values.append(word)
    return found


def agree(launched: list[str], read: list[str]) -> bool:
    """Whether values are the same, as far as the text tells them."""
    pattern = ".*".join(re.escape(part) for part in OPEN.split(" ".join(map(last_part, read))))
    return re.fullmatch(pattern, " ".join(map(last_part, launched)), re.S) is not None


def last_part(word: str) -> str:
    """The name of a file without its folder."""
    return word.rpartition("/")[2] if re.match(r"\.{0,2}/", word) else word


def carried(words: list[str]) -> list[str]:
    """The command that a shell is given behind -c, else the words themselves."""
    for name, sign, script in zip(words, words[1:], words[2:], strict=False):
        if name.rpartition("/")[2] in ("sh", "bash") and sign == "-c":
            return shlex.split(script)
    return words


def read_from(script: Path, told: dict[str, Any]) -> list[list[str]]:
    """The commands that a script would start with these arguments and variables."""
    source = Source(str(script), script.read_text(encoding="utf-8", errors="replace"))
    atlas = Atlas()
    shell = Shell(atlas, load, source.name)
    if told.get("args"):
        shell.arguments = [Traced(each, (NOWHERE,) * len(each)) for each in told["args"]]
    for name, value in told.get("env", {}).items():
        shell.assign(name, Traced(value, (NOWHERE,) * len(value)))
        shell.exported.add(name)
    shell.follow(atlas.add(source))
    return [[word.text for word in each.words] for each in shell.found]


def missed(launched: Options, words: list[str]) -> list[str]:
    """The options that differ between what was launched and what was read."""
    read = options(words)
    wrong = [name for name, values in launched.items() if name not in read or not agree(values, read[name])]
    if words[0].rpartition("/")[2] not in CARRIERS:
        wrong += [name for name in read if name not in launched]
    return wrong


def main() -> int:
    """Print each line that is not whole, then the share of those that are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captured", type=Path)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    whole = total = 0
    for name, told in json.loads(given.captured.read_text(encoding="utf-8")).items():
        script = given.folder / name
        long = [each for each in told["commands"] if len(each["argv"]) >= LEAST]
        inner = [each for each in long if each["tool"] not in CARRIERS]
        if not long or not script.is_file():
            continue
        try:
            read = read_from(script, told)
        except InputError as error:
            print(f"{name}: {error}")
            continue
        for each in inner or long:
            wrong = min(
                (missed(options(carried(each["argv"])), words) for words in read if words), key=len, default=["nothing"]
            )
            total, whole = total + 1, whole + (not wrong)
            if wrong:
                print(f"{name}: {each['tool']}: {', '.join(wrong[:8])}")
    print(f"{whole} of {total} command lines whole")
    return 0


if __name__ == "__main__":
    sys.exit(main())
