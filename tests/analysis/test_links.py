"""Links of a device: one direction or both, by what is published of the accelerator."""

from __future__ import annotations

import pytest

from stratc.analysis.case import Case
from stratc.analysis.speed.communication import lane
from stratc.analysis.speed.links import assumed_directions
from stratc.analysis.speed.performance import performance
from stratc.pipeline import read, understand
from stratc.text.source import Source

TRAINING = """# Training on 8 devices
- **GPU**: {device}
- **NVLink bandwidth**: {rate}
- **Model**: GPT-3 6.7B, 32 layers, hidden size 4096, 32 heads, FP16
- **Parallelism**: TP = 8
- **Batch size**: 8, micro-batch size 1, sequence length 2048
"""


def planned(device: str, rate: str) -> Case:
    return Case(understand(read(Source("plan.md", TRAINING.format(device=device, rate=rate)))))


@pytest.mark.parametrize(
    ("device", "rate", "carried"),
    [
        ("NVIDIA H100 SXM", "900 GB/s", 450e9),
        ("NVIDIA H100 SXM", "450 GB/s", 450e9),
        ("NVIDIA B200", "900 GB/s", 900e9),
        ("NVIDIA B200", "1.8 TB/s", 900e9),
        ("NVIDIA A100 SXM 80GB", "600 GB/s", 300e9),
        ("NVIDIA A100 SXM 80GB", "300 GB/s", 300e9),
        ("NVIDIA A100 SXM 80GB", "500 GB/s", 500e9),
        ("8 devices of a kind that nobody knows", "900 GB/s", 900e9),
    ],
)
def test_a_figure_of_both_directions_is_halved(device: str, rate: str, carried: float) -> None:
    assert lane(planned(device, rate), 8).bandwidth == pytest.approx(carried)


def test_the_estimate_says_which_direction_it_took() -> None:
    halved, plain = planned("NVIDIA H100 SXM", "900 GB/s"), planned("NVIDIA H100 SXM", "450 GB/s")
    assert [each.value for each in assumed_directions(halved)] == [450e9]
    assert not list(assumed_directions(plain))
    assert set(assumed_directions(halved)) <= set(performance(halved).assumed)
