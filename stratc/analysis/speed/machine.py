"""The devices, links and software of a plan as the rates that training reaches on them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import exp, inf
from typing import TYPE_CHECKING

from stratc.analysis.memory.setting import amount, word_of
from stratc.analysis.model.architecture import Assumption
from stratc.analysis.model.families import peculiarity
from stratc.analysis.speed.communication import linked
from stratc.analysis.speed.links import SLOT, link_rate
from stratc.cost.efficiency import (
    EVERYWHERE,
    GENERATIONS,
    SOFTWARE,
    SPREAD,
    UNMEASURED,
    UNTRIED,
    Everywhere,
    Generation,
    Software,
    Spread,
)
from stratc.cost.operators import Links, Pair, product_seconds

if TYPE_CHECKING:
    from stratc.analysis.case import Case

NAMES: tuple[tuple[str, str], ...] = (
    # what occurs in the name of an accelerator, and its generation
    *((name, "volta") for name in ("v100", "t4", "p100")),
    ("b300", "ultra"),
    *((name, "blackwell") for name in ("b200", "b100", "blackwell")),
    *((name, "hopper") for name in ("h100", "h800", "h200", "h20", "hopper", "l40", "4090", "mi300", "mi325")),
)
NARROW = {"fp8": 2.0, "mxfp8": 2.0, "int8": 2.0, "fp4": 4.0, "nvfp4": 4.0, "mxfp4": 4.0}
"""Rate of a precision relative to that of 16 bits."""
FRAMEWORKS: tuple[tuple[str, str], ...] = (
    # what occurs in the name of a framework, and its constants; the first that fits
    ("torchtitan", "torchtitan"),
    ("aleph alpha", "aleph-alpha"),
    ("maxtext", "jax"),
    ("jax", "jax"),
    ("fsdp", "fsdp"),
    ("llm-foundry", "fsdp"),
    ("composer", "fsdp"),
    ("zero-3", "deepspeed"),
    ("zero 3", "deepspeed"),
    ("megatron-deepspeed", "megatron-deepspeed"),
    ("neox", "megatron-deepspeed"),
    ("deepspeed", "megatron-deepspeed"),
    ("nemo megatron", "nemo-megatron"),
    ("nemo", "megatron-core"),
    *((f"bridge 26.{month:02}", "megatron-graphs") for month in range(6, 13)),
    ("bridge", "megatron-core"),
    ("core", "megatron-core"),
    ("megascale", "megatron-core"),
    ("megatron", "megatron"),
)
RELEASE = re.compile(r"bridge (\d\d)\.(\d\d)(?:\.(\d\d))?")  # Megatron-Bridge 26.02.01
EARLY = re.compile(r"nemo 24\.0[1-9]|core [vr]?0\.[5-8]\b")  # with the first kernels of cuDNN 9: nvidia-cudnn
MONTHS = 12 * 26 + 2, 12 * 26 + 5  # between which releases grew faster, in what was measured of them


@dataclass(frozen=True, slots=True)
class Machine:
    """What a device computes, reads and sends in a second, and what the software adds; plain numbers."""

    generation: Generation
    software: Software
    every: Everywhere
    peak: float  # 16-bit, as published
    rate: float  # matrix products in the plan's precision
    plain_rate: float  # and in 16 bits
    width: float  # bytes of an operand
    scaled: bool  # whether blocks of elements have scales of their own
    bandwidth: float
    links: Links

    @property
    def attention(self) -> float:
        """Rate of fused attention relative to the newest kernels of the generation."""
        software, generation = self.software, self.generation
        return software.attention * (generation.older if software.older else generation.early if software.early else 1)

    def product(self, rows: float, columns: float, inner: float, *, narrow: bool = True) -> Pair:
        """Seconds of a matrix product; the output layer and routers stay in 16 bits."""
        rate, width = (self.rate, self.width) if narrow else (self.plain_rate, 2.0)
        processors, every = self.generation.processors, self.every
        return product_seconds(rows, columns, inner, rate, self.bandwidth, width, processors, every.wave, every.loaded)


def machine_of(case: Case, assumed: list[Assumption]) -> Machine | None:
    """The machine of a plan; None where it says no peak rate."""
    peak = amount(case, "hardware.peak_flops")
    if not peak:
        return None
    device, precision = word_of(case, "hardware.accelerator"), word_of(case, "model.precision")
    kind = generation_named(device)
    name = software_named(word_of(case, "strategy.framework"), kind)
    _say(case, assumed, kind, name)
    software = released(SOFTWARE[name], word_of(case, "strategy.framework"))
    return machine(GENERATIONS[kind], software, EVERYWHERE, rates_of(case, peak, precision, device))


def released(software: Software, framework: str) -> Software:
    """The constants of a stack in the release that its name tells, by year and month; patches follow a month later.

    Those before and after the months whose releases timed the same layouts again and again are taken as their nearest.
    Those of 2024 have the first kernels of fused attention that were written for Hopper.
    """
    if EARLY.search(framework):
        return replace(software, early=True)
    found = RELEASE.search(framework)
    if not found or not software.month:
        return software
    year, month, patch = (int(part or 0) for part in found.groups())
    at = min(max(12 * year + month + min(patch, 1), MONTHS[0]), MONTHS[1])
    share = exp(-software.month * (MONTHS[1] - at))
    return replace(software, compute=software.compute * share, attention=software.attention * share)


@dataclass(frozen=True, slots=True)
class Rates:
    """Published figures of a device: peak in the plan's precision and in 16 bits, memory, links, and its node.

    `scaled` tells whether blocks of the precision's elements have scales of their own.
    """

    peak: float
    plain_peak: float
    narrow: bool
    scaled: bool
    memory: float | None
    link: float | None
    network: float | None
    node: int


def rates_of(case: Case, peak: float, precision: str, device: str) -> Rates:
    """The figures of a plan; memory and links are endless where it does not say."""
    ratio = 6.0 if "300" in device and NARROW.get(precision) == 4.0 else NARROW.get(precision, 1.0)
    memory, link = amount(case, "hardware.memory_bandwidth"), link_rate(case)
    network = amount(case, "hardware.network_bandwidth")
    scaled = precision.startswith(("mx", "nv"))
    return Rates(peak, peak / ratio, ratio > 1, scaled, memory, link, network, int(linked(case)))


def machine(generation: Generation, software: Software, every: Everywhere, rates: Rates) -> Machine:
    """The rates that are reached of the published ones."""
    ratio = rates.peak / rates.plain_peak
    share = generation.product if not rates.narrow else generation.narrow if ratio < 3 else generation.narrowest
    adapter = rates.network or generation.adapter * software.network
    return Machine(
        generation=generation,
        software=software,
        every=every,
        peak=rates.plain_peak,
        rate=rates.peak * share * software.compute,
        plain_rate=rates.plain_peak * generation.product * software.compute,
        width=1.0 if rates.narrow else 2.0,
        scaled=rates.scaled,
        bandwidth=rates.memory * generation.memory if rates.memory else inf,
        links=Links(
            inside=rates.link * (generation.link if rates.link > SLOT else every.pcie) if rates.link else inf,
            beyond=adapter * generation.network,
            point=adapter * every.point,
            node=rates.node,
            near=every.near,
            far=every.far,
            hop=every.hop,
        ),
    )


def spread_of(case: Case) -> Spread:
    """How far measured steps lay from estimates for the stack that the plan names, on accelerators that were timed."""
    if peculiarity(case).untried:
        return UNTRIED
    device = word_of(case, "hardware.accelerator")
    timed = any(name in device for name in ("v100", "a100", "a800", "h100", "h800", "h200", "b200", "b300"))
    stack = software_named(word_of(case, "strategy.framework"), generation_named(device))
    return SPREAD[stack] if timed else UNMEASURED


def generation_named(device: str) -> str:
    """The generation of an accelerator; that of the A100 where its name tells no other."""
    return next((generation for name, generation in NAMES if name in device), "ampere")


def software_named(framework: str, generation: str = "ampere") -> str:
    """The stack whose constants hold for a framework: Megatron's where none is named, else those of the rest.

    Megatron-LM is built on Megatron-Core since Hopper, with what that overlaps.
    """
    found = next((stack for name, stack in FRAMEWORKS if name in framework), "") if framework else "megatron"
    return "megatron-core" if found == "megatron" and generation not in ("volta", "ampere") else found


def _say(case: Case, assumed: list[Assumption], generation: str, software: str) -> None:
    because = "what kernels of this generation reached in published runs, as shares of the published rates"
    assumed.append(Assumption("hardware.mfu", f"kernels of {generation}", because))
    if not case.has("hardware.network_bandwidth"):
        usual = GENERATIONS[generation].adapter * SOFTWARE[software].network
        assumed.append(Assumption("hardware.network_bandwidth", usual, f"a device's usual adapter beside {generation}"))
    if not case.has("strategy.framework"):
        because = "no stack is named, and its constants are the best known"
        assumed.append(Assumption("strategy.framework", "Megatron-LM", because))
    elif not software:
        because = "a stack without constants of its own: eager kernels, little overlap"
        assumed.append(Assumption("strategy.framework", "any other", because))
