"""Estimates a second in one process: of a layout, of a plan as `estimate` prints it, with its reading, and in columns.

A layout is what the model, the degrees, batch and recomputation come to (`Setting`) on a machine with its links; memory
of all stages and time of a step are computed anew for each, as a search over layouts would.

Seconds are those of the processor, so that other programs on the machine do not count.

python benchmarks/estimates.py [SECONDS]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np

from stratc.analysis.case import cases
from stratc.analysis.estimates.estimate import estimate
from stratc.analysis.layout.division import division
from stratc.analysis.memory.memory import stages_memory
from stratc.analysis.memory.setting import setting_of
from stratc.analysis.model.architecture import architecture
from stratc.analysis.speed.machine import machine_of
from stratc.analysis.speed.step import step_of
from stratc.cost.memory import MIXED, model_states
from stratc.cost.parameters import device_parameters, shard
from stratc.cost.shape import Shape
from stratc.pipeline import costs, read, understand
from stratc.text.source import Source

PLAN = {
    "hardware": {"accelerator": "A100-80GB-SXM", "device_count": 512, "devices_per_node": 8},
    "model": {"layers": 96, "hidden_size": 12288, "heads": 96, "ffn_hidden_size": 49152, "vocab_size": 51200},
    "workload": {"phase": "training", "sequence_length": 2048, "batch_size": 512, "micro_batch_size": 1},
    "strategy": {"tp": 8, "pp": 8, "dp": 8, "framework": "Megatron-LM"},
}


def rate(work: Callable[[], object], seconds: float) -> float:
    """Runs a second."""
    runs, begin = 0, time.process_time()
    while time.process_time() - begin < seconds:
        work()
        runs += 1
    return runs / (time.process_time() - begin)


def states(whole: Shape) -> int:
    """Parameters, weights, gradients and optimizer of a first stage for a column of layouts; how many these are."""
    t, p, d = (
        column.ravel().astype(float) for column in np.meshgrid(2 ** np.arange(7), np.arange(1, 65), np.arange(1, 65))
    )
    part = shard(whole, t, 1, 1)
    model_states(device_parameters(part, whole, whole.layers / p, 0, True, False).total, MIXED, d, zero=1)
    return len(t)


def main(seconds: float) -> None:
    """Print the rates."""
    source = Source("plan.json", json.dumps(PLAN))
    case = cases(understand(read(source)), explain=False)[0]
    setting, machine = setting_of(case, architecture(case).shape, division(case), []), machine_of(case, [])
    if machine is None:
        raise SystemExit("the plan names no accelerator of the catalogue")
    print(f"step of a layout, alone:        {rate(lambda: step_of(setting, machine), seconds):8.0f} a second")
    layouts = rate(lambda: (stages_memory(setting), step_of(setting, machine)), seconds)
    print(f"memory and step of a layout:    {layouts:8.0f} a second")
    print(f"estimate of a plan, as printed: {rate(lambda: estimate(case), seconds):8.0f} a second")
    print(f"the same with reading the plan: {rate(lambda: costs(read(source)), seconds):8.0f} a second")
    whole = architecture(case).shape
    columns = rate(lambda: states(whole), seconds) * states(whole)
    print(f"weights to optimizer, columns:  {columns:8.0f} layouts a second")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
