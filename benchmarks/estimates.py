"""Estimates a second in one process: the step alone, all of the cost model, and with reading the plan.

python benchmarks/estimates.py [SECONDS]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from stratc.analysis.architecture import architecture
from stratc.analysis.case import cases
from stratc.analysis.division import division
from stratc.analysis.estimate import estimate
from stratc.analysis.machine import machine_of
from stratc.analysis.setting import setting_of
from stratc.analysis.step import step_of
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
    runs, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        work()
        runs += 1
    return runs / (time.perf_counter() - begin)


def main(seconds: float) -> None:
    """Print the three rates."""
    source = Source("plan.json", json.dumps(PLAN))
    case = cases(understand(read(source)), explain=False)[0]
    setting, machine = setting_of(case, architecture(case).shape, division(case), []), machine_of(case, [])
    if machine is None:
        raise SystemExit("the plan names no accelerator of the catalogue")
    print(f"time of a step alone:           {rate(lambda: step_of(setting, machine), seconds):8.0f} a second")
    print(f"parameters, memory and time:    {rate(lambda: estimate(case), seconds):8.0f} a second")
    print(f"the same with reading the plan: {rate(lambda: costs(read(source)), seconds):8.0f} a second")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
