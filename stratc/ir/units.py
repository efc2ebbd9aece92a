"""The unit that people count each fact in."""

from __future__ import annotations

from stratc.arith.unit import UNITS, Unit

_SYMBOLS = {
    "model.parameters": "parameters",
    "hardware.memory": "GB",
    "hardware.memory_bandwidth": "TB/s",
    "hardware.link_bandwidth": "GB/s",
    "hardware.network_bandwidth": "GB/s",
    "hardware.peak_flops": "TFLOP/s",
    "hardware.mfu": "%",
    "hardware.bandwidth_utilization": "%",
    "target.ttft": "s",
    "target.tpot": "s",
    "target.latency": "s",
    "target.throughput": "tokens/s",
}

UNIT_OF: dict[str, Unit] = {key: UNITS[symbol] for key, symbol in _SYMBOLS.items()}
"""Key of a fact: its unit, where it is no bare count."""
