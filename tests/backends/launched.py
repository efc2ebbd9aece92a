"""Runs what a backend wrote as a shell and a cluster would, with stubs that only record how they are called."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

BASH = shutil.which("bash") or ""
STUBS = {
    "srun": 'exec "$@"\n',
    "scontrol": "echo node0\n",
    "head": 'read -r line; echo "$line"\n',
    **dict.fromkeys(
        ("torchrun", "deepspeed", "vllm", "python3"),
        'printf "%s\\0" "${0##*/}" "$@" >>"$CALLS"\nprintf "\\n" >>"$CALLS"\n',
    ),
}
_VARIABLE = re.compile(r"\$\$|\$\((\w+)\)")


def called(words: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> list[list[str]]:
    """The calls of programs that a command ends in, one list of words each; it finds no program but the stubs.

    Fails where the command does, or where it says anything or leaves a file behind.
    """
    stubs, home, calls = folder / "stubs", folder / "home", folder / "calls"
    for each in (stubs, home):
        each.mkdir(exist_ok=True)
    for name, body in STUBS.items():
        (stubs / name).write_text(f"#!{BASH}\n{body}", encoding="utf-8")
        (stubs / name).chmod(0o755)
    (stubs / "bash").unlink(missing_ok=True)
    (stubs / "bash").symlink_to(BASH)
    calls.write_text("", encoding="utf-8")
    (home / "kept").write_text("kept", encoding="utf-8")
    environment = {"PATH": str(stubs), "HOME": str(home), "CALLS": str(calls), **(variables or {})}
    whole = [str(stubs / words[0]), *words[1:]]
    done = subprocess.run(whole, cwd=home, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert [(each.name, each.read_text(encoding="utf-8")) for each in home.iterdir()] == [("kept", "kept")]
    return [line.split("\0")[:-1] for line in calls.read_bytes().decode().split("\0\n")[:-1] for line in [line + "\0"]]


def run_script(text: str, folder: Path, variables: Mapping[str, str] | None = None) -> list[list[str]]:
    """The calls of a script, which bash also finds well formed."""
    script = folder / "script"
    script.write_text(text, encoding="utf-8")
    subprocess.run([BASH, "-n", str(script)], check=True, capture_output=True)
    return called(["bash", str(script)], folder, variables)


def expanded(word: str, variables: Mapping[str, str]) -> str:
    """A word of a container's command as the cluster hands it over: $(NAME) is looked up, $$ is a dollar sign.

    Source: Kubernetes, k8s.io/kubernetes/third_party/forked/golang/expansion; an unknown name stays as it is.
    """
    return _VARIABLE.sub(lambda found: variables.get(found[1], found[0]) if found[1] else "$", word)
