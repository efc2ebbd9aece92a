"""The constants of training time: what generations of accelerators and named stacks reach, in one table each.

Fitted by benchmarks/fit.py to published steps, each drawn to what benchmarks/priors.toml thinks of it, with the sources
of that; the errors, those on sources held out among them, stand in README.md beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Generation:
    """What a generation of accelerators reaches of its published figures.

    `product` is the share of the peak in large matrix products, `narrow` and `narrowest` those in eight and four
    bits; `forward` and `backward` the shares of the 16-bit peak in fused attention by kernels that were written for
    the generation, `older` what kernels of the one before reach of these (FlashAttention-2 on Hopper: shah-2024,
    section 1), and `early` what the first ones for it did (nvidia-cudnn); `memory`, `link` and `network` the shares
    of the bandwidths. `adapter` is the usual network bandwidth of a device in bytes a second, `host` the seconds in
    which a process launches a kernel, `processors` the multiprocessors of a device.
    """

    product: float
    narrow: float
    narrowest: float
    forward: float
    backward: float
    older: float
    early: float
    memory: float
    link: float
    network: float
    adapter: float
    host: float
    processors: int


@dataclass(frozen=True, slots=True)
class Software:
    """What a stack adds or hides.

    `compute` and `attention` scale the rates of matrix products and fused attention, `month` tells by how much (a
    logarithm) these were lower in each month that a release is older, `network` is the share of a usual adapter that
    its published steps had, which holds where a plan names no network, `traffic` the passes of norms and residuals
    through memory; `unfused` tells how many times more these are where layers are recomputed, for stacks whose fused
    norms do not work with that. `tensor`, `gradients`, `border`, `experts` and `context` are the shares of the time
    of these collectives that run behind computation; `wait` is the seconds in which ranks of a tensor-parallel
    collective wait for each other, `handover` those that a stage loses in handing a micro-batch on, beside the time
    of the message, where engines send and receive one after another. `micro_batch` and `step` are seconds that each
    takes beside its kernels; `accumulate` is the share of the time of adding gradients up that matrix products do not
    hide, `again` the share of matrix products that selective recomputation runs again, `graphs` the launches of
    routing and experts relative to launches one by one, `dispatched` the traffic of routed tokens where fused kernels
    permute, narrow and gate them, `offset` the passes of a routed token's hidden state where experts have biases, which
    are scaled and added in FP32, one expert after another, and `clamped` those of its gated values, which are cut out,
    clamped and put together; `scatter` tells whether stages hand each other a part of the activations a device
    instead of all, `after` whether stages reduce gradients when the last micro-batch is through, and hide none of it,
    `older` whether its fused attention was written for the generation before, `early` whether it was among the first
    for this one.
    """

    compute: float = 1.0
    attention: float = 1.0
    network: float = 1.0
    traffic: float = 1.2
    unfused: float = 1.0
    tensor: float = 0.1
    gradients: float = 0.5
    border: float = 0.2
    experts: float = 0.0
    context: float = 0.5
    wait: float = 30e-6
    handover: float = 0.0
    micro_batch: float = 2e-3
    step: float = 0.02
    accumulate: float = 0.8
    again: float = 0.0
    graphs: float = 1.0
    month: float = 0.0
    dispatched: float = 1.0
    offset: float = 0.0
    clamped: float = 0.0
    scatter: bool = True
    after: bool = False
    older: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What holds on every accelerator and under every stack.

    `wave` is the share of what idles in the last wave of a matrix product's tiles that shows, `loaded` that of the
    shorter of its computing and its traffic, `blocks` the same as `wave` in fused attention; `short` is the sequence
    at which fused attention takes twice its time, `misfit` what head sizes off
    the alignment of tensor cores leave of unfused attention's rate.  `wide` counts the passes of the hidden
    state through memory in a layer's norms, residuals and dropouts, `inner` tells how much of a stack's extra traffic
    touches the feed-forward block; `cells` is the bytes that softmax and dropout of a score move where attention is
    not fused, `back` the traffic of a backward pass relative to its forward pass, `cast` the bytes by which a value
    becomes a narrow one, `routed` the passes of a routed token.  `kernels` are launched by a layer, `expert_kernels`
    by its routing and `expert_each` by every expert of a device, `scaled` times as many where blocks of values have
    scales that are computed and laid out for every product; `synced` is the share of these launches for which the
    device waits, as hosts ask it how many tokens each expert has; `launch` is the share of their time that is never
    hidden.  `norm` is the bytes of gradients that clipping and zeroing move.  `near` and `far` are the seconds before
    a collective starts inside a node and beyond, `hop` those of each node.  `pcie` is the share of links that are
    slots, `point` that of an adapter which one stage reaches in sending to the next.  `uneven` is the load of the
    busiest expert rank relative to the mean, `jitter` the share of a step that its slowest device adds for each
    doubling of the nodes.
    """

    wave: float = 0.73
    loaded: float = 0.54
    blocks: float = 0.46
    short: float = 298
    misfit: float = 0.042
    wide: float = 10.7
    inner: float = 0.42
    cells: float = 12.9
    back: float = 1.34
    cast: float = 6.88
    routed: float = 5.2
    kernels: float = 40.6
    expert_kernels: float = 59
    expert_each: float = 8.26
    scaled: float = 2.9
    synced: float = 0.294
    launch: float = 0.05
    norm: float = 14.6
    near: float = 26e-6
    far: float = 30e-6
    hop: float = 4.2e-6
    pcie: float = 0.3
    point: float = 0.8
    uneven: float = 1.03
    jitter: float = 0.004


EVERYWHERE = Everywhere()

GENERATIONS: dict[str, Generation] = {
    # product, narrow, narrowest, forward, backward, older, early, memory, link, network, adapter, host, processors
    "volta": Generation(
        0.7, 0.7, 0.7, 0.4, 0.35, 1.0, 1.0, 0.8, 0.75, 0.8, 12.5e9, 7e-6, 80
    ),  # one measured step: guessed
    "ampere": Generation(0.8, 0.75, 0.75, 0.61, 0.47, 1.0, 1.0, 0.78, 0.7, 0.65, 25e9, 16e-6, 108),
    "hopper": Generation(0.735, 0.697, 0.65, 0.663, 0.445, 0.567, 0.8, 0.844, 0.702, 0.816, 50e9, 6.13e-6, 132),
    "ultra": Generation(0.711, 0.657, 0.598, 0.7, 0.494, 0.6, 0.8, 0.779, 0.74, 0.747, 50e9, 6.44e-6, 148),
    "blackwell": Generation(0.559, 0.624, 0.594, 0.55, 0.354, 0.6, 0.8, 0.791, 0.758, 0.746, 50e9, 5.62e-6, 148),
}
"""Fitted with the tables below by benchmarks/fit.py: every source of published steps weighs alike, and every constant
is drawn to what its hand-picked source says.  `jitter` stays at what is thought of it, and so does what a stack's own
code says, such as that no gradients are sent before the last micro-batch.  Adapters as in NVIDIA's DGX; "ultra" is
Blackwell Ultra."""

_CORE = Software(
    compute=0.952,
    attention=1.08,
    traffic=1.03,
    tensor=0.83,
    gradients=0.88,
    border=0.7,
    experts=0.73,
    context=0.59,
    wait=20e-6,
    micro_batch=0.0071,
    step=0.041,
    accumulate=0.295,
    month=0.0104,
    offset=14,
    clamped=8,
)
_MEGATRON = Software(
    compute=1.05,
    attention=1.03,
    traffic=0.95,
    tensor=0.092,
    gradients=0.43,
    border=0.19,
    wait=37e-6,
    step=0.019,
    accumulate=0.31,
)
SOFTWARE: dict[str, Software] = {
    # fitted likewise; "" is any stack that no other name fits
    "megatron-core": _CORE,
    # Megatron-Bridge from 26.06 on: whole steps in CUDA graphs, routed tokens in fused kernels
    "megatron-graphs": replace(_CORE, graphs=0.2, dispatched=0.57),
    "megatron": _MEGATRON,
    "nemo-megatron": replace(_MEGATRON, compute=0.7),  # NeMo of 2022
    "megatron-deepspeed": Software(
        older=True,
        compute=0.96,
        attention=0.96,
        network=0.27,
        traffic=2.97,
        tensor=0.095,
        gradients=0.41,
        wait=34e-6,
        handover=0.0038,
        after=True,
    ),
    "deepspeed": Software(older=True, compute=0.83, network=0.18, tensor=0, gradients=0.54, border=0),
    "fsdp": Software(older=True, compute=1.025, attention=0.655, traffic=1.19, tensor=0, border=0),
    "torchtitan": Software(
        older=True,
        compute=0.935,
        attention=0.666,
        traffic=1.35,
        tensor=0.066,
        gradients=0.51,
        border=0,
        wait=35e-6,
        step=0.021,
        again=0.8,
    ),
    "jax": Software(compute=0.956, attention=0.964, traffic=1.22, gradients=0.46, border=0),
    "aleph-alpha": Software(
        older=True,
        compute=0.98,
        attention=0.93,
        network=0.32,
        traffic=1.38,
        unfused=3.03,
        tensor=0.093,
        gradients=0,
        wait=33e-6,
        handover=0.0053,
        scatter=False,
    ),
    "": Software(
        older=True,
        compute=0.88,
        attention=1.08,
        traffic=1.44,
        tensor=0.123,
        gradients=0.355,
        wait=58e-6,
        micro_batch=0.0019,
        step=0.024,
        scatter=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Measured times of a step as multiples of their estimates, the middle four of five, and where they come from."""

    low: float
    high: float
    origin: str


SPREAD: dict[str, Spread] = {
    # by benchmarks/fit.py --held-out: estimates with constants that were fitted without the source of the step
    "megatron-core": Spread(
        0.84, 1.34, "221 published steps of Megatron-Core, NeMo and MegaScale, 12 sources held out"
    ),
    "megatron-graphs": Spread(0.85, 1.95, "16 published steps of Megatron-Bridge, one source held out, widened"),
    "megatron": Spread(0.91, 1.14, "33 published steps of Megatron-LM, 6 sources held out"),
    "nemo-megatron": Spread(0.92, 1.35, "5 published steps of NeMo, one source held out, widened as they are few"),
    "megatron-deepspeed": Spread(0.9, 1.15, "64 published steps of Megatron-DeepSpeed and NeoX, 4 sources held out"),
    "deepspeed": Spread(0.85, 2.02, "3 published steps of DeepSpeed ZeRO-3, one source held out"),
    "fsdp": Spread(0.96, 1.43, "110 published steps of PyTorch FSDP, one source held out"),
    "torchtitan": Spread(0.81, 1.51, "16 published steps of torchtitan, 2 sources held out"),
    "jax": Spread(0.88, 1.2, "10 published steps of MaxText, one source held out, widened as they are few"),
    "aleph-alpha": Spread(0.98, 1.28, "201 published steps of one sweep of layouts, held out, widened"),
    "": Spread(0.8, 1.35, "37 published steps of InternEvo and nanotron, 2 sources held out, widened"),
}
UNMEASURED = Spread(0.5, 2.0, "no step on such an accelerator was measured")
UNTRIED = Spread(0.5, 2.0, "no step of a model with such layers was measured")
