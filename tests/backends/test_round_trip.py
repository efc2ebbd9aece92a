"""What a backend writes, read again as a launch file and written once more, is the same.

But for the limit of a server's concurrent requests, which says nothing of how many there are, and for copies of a group
of pods, which a manifest has beside the strategy of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from stratc.analysis.case import Case
from stratc.backends.backend import Emission
from stratc.backends.registry import backend
from stratc.errors import InputError
from stratc.pipeline import emit, read
from stratc.text.source import Source
from tests.conformance.plans import CHOICES, EVERY, EXPERTS, NETWORKS, PLAIN, TITAN, Kinds, plans

NAMED = tuple(network | {"model.name": "some-model"} for network in NETWORKS)
CHOSEN = {
    "workload.phase": ("inference",),
    "strategy.zero_stage": (None,),
    "strategy.offload_optimizer": (None,),
    "strategy.vpp": (1,),
}
SERVED = Kinds(NAMED, EXPERTS, CHOICES | CHOSEN)
ENGINES = tuple({**each, "strategy.framework": name} for each in NAMED for name in ("vLLM", "SGLang"))
FORMS: dict[str, tuple[str, str, Kinds]] = {
    # what is written: target, the file that is read again, plans
    "megatron": ("megatron", "launch.sh", EVERY),
    "deepspeed": ("deepspeed", "launch.sh", PLAIN),
    "torchtitan": ("torchtitan", "launch.sh", TITAN),
    "vllm": ("vllm", "serve.sh", SERVED),
    "sglang": ("sglang", "serve.sh", SERVED),
    "kubernetes job": ("kubernetes", "manifest.yaml", EVERY),
    "kubernetes servers": ("kubernetes", "manifest.yaml", Kinds(ENGINES, EXPERTS, SERVED.choices)),
}
PLANS = 150
COPIES = re.compile(r"^  replicas: (?!1\b)", re.MULTILINE)
LIMIT = re.compile(r'.*--max-(?:num-seqs|running-requests)(?:".*\n)?.*\n')


def written(target: str, kinds: Kinds) -> Iterator[tuple[Case, Emission]]:
    """Plans that a target takes, and what is written for them."""
    for case in plans(PLANS, kinds=kinds):
        emission = backend(target).emit(case, lambda _: "")
        if emission.artefacts and not COPIES.search(emission.artefacts[0].text):
            yield case, emission


def again(target: str, start: str, emission: Emission) -> tuple[str, Emission]:
    """The .strat that the files mean, and what is written for it."""
    files = {each.path: each.text for each in emission.artefacts}

    def load(path: str, _beside: str = "") -> Source:
        if path.rpartition("/")[2] not in files:
            raise InputError(path)
        return Source(path, files[path.rpartition("/")[2]])

    (plan,) = emit(read(Source(start, files[start]), load), "strat").artefacts
    return plan.text, emit(read(Source("plan.strat", plan.text)), target)


def told(emission: Emission) -> dict[str, Any]:
    """The lines of the files without comments."""
    return {
        each.path: [re.sub(r"\s+#.*", "", line) for line in LIMIT.sub("", each.text).splitlines() if line[:1] != "#"]
        for each in emission.artefacts
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_same_is_written_again(form: str) -> None:
    target, start, kinds = FORMS[form]
    seen = 0
    for _, emission in written(target, kinds):
        text, second = again(target, start, emission)
        assert told(second) == told(emission), text
        seen += 1
    assert seen > PLANS // 5
