"""Names that would run, end a text or stand for something else: in what is written they are only names.

Blanks around a name are no part of it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.backends.backend import Options
from stratc.backends.every import emit_every
from stratc.backends.registry import backend
from stratc.ir.strategy import Strategy
from stratc.ir.values import Extent
from stratc.pipeline import emit, read, understand
from stratc.text.source import Source
from tests.backends.launched import BASH, expanded, run_script
from tests.backends.launched import called as run_command
from tests.conformance.plans import case_of

yaml: Any = pytest.importorskip("yaml")

TAME = "some-name"
NAMES = {
    "quotes": '"; rm -rf ~; $(touch owned); echo "',
    "single quotes": "'; touch owned; echo '",
    "backticks": "`touch owned` $(touch owned) ${IFS}$HOME $((1+1)) !!",
    "lines": "two\n#SBATCH --nodes=9\ntouch owned\nEOF\n",
    "carriage return": "a\rtouch owned\ttab",
    "comment": "# no comment",
    "dollars": "$(LWS_WORKER_INDEX) $$ $1 ${MODEL}",
    "percent": "%s %d %(name)s {0} {MODEL} \\n \\x41",
    "unicode": "größe-日本語-\u202e-\U0001f600-\u2028-\u0085-\u200b",
    "YAML": "a: b, [c], {d}, &e *e ? | > !tag @g - 'h",
    "YAML word": "yes",
    "YAML number": "1e3",
    "YAML document": "...\n---\nkind: Pod\n",
    "TOML": "\"\"\"\n[parallelism]\ntensor_parallel_degree = 9\n'''",
    "JSON": '", "train_batch_size": 9, "a": "\\',
    "home": "~root/* ? [a-z] {a,b}",
    "backslash": "a\\",
    "option": "x --tensor-parallel-size 9 -rf /",
    "control": "\x1b[31m\x07\x08\x7f",
    "blanks": "  before and after  ",
    "XML": "</TABLE> ]]> &amp; <B>",
}
TRAINED: dict[str, Any] = {
    "model.layers": 32,
    "model.hidden_size": 4096,
    "model.heads": 32,
    "model.kv_heads": 8,
    "model.ffn_hidden_size": 14336,
    "model.precision": "bf16",
    "workload.phase": "training",
    "workload.batch_size": 64,
    "workload.micro_batch_size": 1,
    "workload.sequence_length": Extent(8192, 8192),
    "hardware.devices_per_node": 8,
    "strategy.tp": 2,
    "strategy.pp": 2,
    "strategy.device_count": 32,
}
SERVED = TRAINED | {"workload.phase": "inference", "strategy.pp": 1, "strategy.device_count": 2}
WIDE = SERVED | {"strategy.tp": 16, "strategy.device_count": 32}
SHARED = SERVED | {"model.experts": 64, "strategy.ep": 32, "strategy.dp": 16, "strategy.device_count": 32}
FREE = ("model.name", "hardware.accelerator", "hardware.interconnect", "strategy.framework")
FORMS: dict[str, tuple[str, dict[str, Any], str]] = {
    # what is written: target, plan, launcher
    "megatron": ("megatron", TRAINED, ""),
    "megatron slurm": ("megatron", TRAINED, "slurm"),
    "deepspeed": ("deepspeed", TRAINED, ""),
    "deepspeed torchrun": ("deepspeed", TRAINED, "torchrun"),
    "deepspeed slurm": ("deepspeed", TRAINED, "slurm"),
    "torchtitan": ("torchtitan", TRAINED, ""),
    "torchtitan slurm": ("torchtitan", TRAINED, "slurm"),
    "vllm": ("vllm", SERVED, ""),
    "vllm nodes": ("vllm", WIDE, ""),
    "vllm replicas": ("vllm", SHARED, ""),
    "sglang": ("sglang", SERVED, ""),
    "sglang nodes": ("sglang", WIDE, ""),
    "kubernetes job": ("kubernetes", TRAINED, ""),
    "kubernetes server": ("kubernetes", SERVED, ""),
    "kubernetes nodes": ("kubernetes", WIDE, ""),
    "kubernetes replicas": ("kubernetes", SHARED, ""),
    "json": ("json", TRAINED, ""),
    "strat": ("strat", TRAINED, ""),
    "graphviz": ("graphviz", TRAINED, ""),
}
NODE = {"SLURM_JOB_NODELIST": "node[0-3]", "SLURM_JOB_ID": "7"}
POD = {"LWS_WORKER_INDEX": "1", "LWS_LEADER_ADDRESS": "leader"}


def written(form: str, name: str, folder: Path) -> dict[str, Any]:
    """What each file says to the program that reads it, of a document whose free texts, file and strategy have a name.

    The document is one of the strategy language, read from the beginning.
    """
    target, facts, launcher = FORMS[form]
    plan = case_of(facts | dict.fromkeys(FREE, name)).plan
    named = Case(replace(plan, strategy=replace(plan.strategy, name=name)))
    (document,) = backend("strat").emit(named, lambda _: "").artefacts
    reading = read(Source(f"{name}.strat", document.text))
    assert not reading.diagnostics
    assert {each.scope.strategy for each in reading.statements if each.subject.startswith("strategy.")} == {name}
    emission = emit(reading, target, Options(launcher=launcher))
    assert emission.artefacts, emission.diagnostics
    return {each.path: told(each.path, each.text, folder) for each in emission.artefacts}


def told(path: str, text: str, folder: Path) -> Any:
    """What a file says, by the program that reads such files."""
    match path.rpartition(".")[2]:
        case "sh" | "sbatch":
            return run_script(text, folder, NODE), [line for line in text.split("\n") if line.startswith("#SBATCH")]
        case "yaml":
            return with_commands(yaml.safe_load(text), folder)
        case "toml":
            return tomllib.loads(text)
        case "json":
            return json.loads(text)
        case "dot":
            return drawn(text)
        case "strat":
            plan = understand(read(Source("plan.strat", text)))
            return {key: known.value for key, known in plan.facts()} | {"name": plan.strategy.name}
        case _:
            return text.splitlines()


def with_commands(tree: Any, folder: Path) -> Any:
    """A manifest with each command as what it calls in a pod."""
    match tree:
        case {"command": [*words], **others}:
            handed = [expanded(word, POD) for word in words]
            return {"command": run_command(handed, folder, POD), **with_commands(others, folder)}
        case dict():
            return {key: with_commands(value, folder) for key, value in tree.items()}
        case list():
            return [with_commands(value, folder) for value in tree]
    return tree


def drawn(text: str) -> Any:
    """A drawing as Graphviz understands it."""
    if shutil.which("dot") is None:
        pytest.skip("needs Graphviz")
    done = subprocess.run(["dot", "-Tcanon"], input=text.encode(), capture_output=True, check=True)
    assert not done.stderr
    return done.stdout.decode()


def renamed(tree: Any, name: str) -> Any:
    """A tree of values with another name in the place of the tame one."""
    match tree:
        case dict():
            return {key: renamed(value, name) for key, value in tree.items()}
        case list() | tuple():
            return type(tree)(renamed(value, name) for value in tree)
        case str() if tree == TAME:
            return name
    return tree


@pytest.mark.skipif(not BASH, reason="needs bash")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_changes_nothing_but_the_name(form: str, name: str, tmp_path: Path) -> None:
    tame, hostile = written(form, TAME, tmp_path), written(form, NAMES[name], tmp_path)
    for each in (tame, hostile):
        metadata = each.get("manifest.yaml", {}).get("metadata")
        assert metadata is None or metadata.pop("name").replace("-", "").isalnum()
    assert hostile == renamed(tame, NAMES[name].strip())


@pytest.mark.parametrize("name", ["-rf", "--help", "a\0b"])
@pytest.mark.parametrize("form", [each for each in FORMS if FORMS[each][1] is SERVED])
def test_a_name_that_no_argument_can_be_is_refused(form: str, name: str) -> None:
    target, facts, _ = FORMS[form]
    (found,) = backend(target).emit(case_of(facts | {"model.name": name}), lambda _: "").diagnostics
    assert found.rule.code == "TG002"
    assert "the model's name" in found.message


def test_strategies_of_any_name_get_folders_of_their_own() -> None:
    names = [*NAMES.values(), *NAMES.values(), "a b", "a.b", "A/b", "", "", "..", "../../a b"]
    cases = [Case(replace(case_of(TRAINED).plan, strategy=Strategy(name=name))) for name in names]
    paths = [each.path for each in emit_every(backend("strat"), cases, lambda _: "").artefacts]
    assert len(set(paths)) == len(names)
    assert all(re.fullmatch(r"[\w-]+/plan\.strat", each) for each in paths)
