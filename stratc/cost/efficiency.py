"""The constants of training time: what generations of accelerators and named stacks reach, in one table each.

Mean error over the published steps that gave them, a source: Hagemann 9.6 % (201 steps), llm-foundry 5.0 % (110),
Megatron-Bridge 15.9 % (106), DGX Cloud 8.5 % (83), BigScience 9.6 % (58), InternEvo 5.6 % (24), SimuMax's B200 3.2 %
(21), Narayanan 8.0 % (11), torchtitan 6.2 % (10), NeMo 24.07 2.3 % (8), Korthikanti 4.0 % (4); the mean over the ten
with at least eight steps is 7.4 %, where a constant utilisation a source has 15.9 %.  Fitted without them, in one
split: DGX Cloud 9.1 %, InternEvo 8.4 %, NeMo 24.07 4.2 %, Megatron-LM's READMEs 7 to 13 %, Korthikanti 7.1 %, MegaScale
3.8 %, Pythia 3.6 %.  Worst are the NeMo Launcher (28 %) and asynchronous tensor parallelism of torchtitan (23 %).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Generation:
    """What a generation of accelerators reaches of its published figures.

    `product` is the share of the peak in large matrix products, `narrow` and `narrowest` those in eight and four
    bits; `forward` and `backward` the shares of the 16-bit peak in fused attention, `memory`, `link` and `network`
    those of the bandwidths.  `adapter` is the usual network bandwidth of a device in bytes a second, `host` the
    seconds in which a process launches a kernel.
    """

    product: float
    narrow: float
    narrowest: float
    forward: float
    backward: float
    memory: float
    link: float
    network: float
    adapter: float
    host: float
    processors: float


@dataclass(frozen=True, slots=True)
class Software:
    """What a stack adds or hides.

    `compute` and `attention` scale the rates of matrix products and fused attention, `traffic` the passes of norms
    and residuals through memory.  `tensor`, `gradients`, `border`, `experts` and `context` are the shares of the
    time of these collectives that run behind computation.  `micro_batch` and `step` are seconds that each takes
    beside its kernels; `again` is the share of matrix products that its selective recomputation runs again;
    `scatter` tells whether stages hand each other a part of the activations a device instead of all.
    """

    compute: float = 1.0
    attention: float = 1.0
    traffic: float = 1.0
    tensor: float = 0.0
    gradients: float = 0.0
    border: float = 0.0
    experts: float = 0.0
    context: float = 0.5
    micro_batch: float = 1e-3
    step: float = 0.01
    again: float = 0.0
    accumulate: float = 0.3
    graphs: float = 1.0
    wait: float = 3e-5
    network: float = 1.0
    scatter: bool = True


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What holds on every accelerator and under every stack.

    `depth` is the inner dimension at which a matrix product takes twice its time at full depth, `short` the sequence
    at which fused attention does.  `wide` counts the passes of the hidden state through memory in a layer's norms,
    residuals and dropouts, `inner` tells how much of a stack's extra traffic touches the feed-forward block;
    `cells` is the bytes that softmax and dropout of a score move where attention is not fused, `back` the traffic of
    a backward pass relative to its forward pass, `cast` the bytes by which a value becomes a narrow one, `routed`
    the passes of a routed token.  `kernels` and `expert_kernels` are launched by a layer and by its routing;
    `launch` is the share of their time that is never hidden.  `accumulate` is the share of the time of adding
    gradients up that matrix products do not hide, `norm` the bytes of gradients that clipping and zeroing move.
    `near` and `far` are the seconds before a collective starts inside a node and beyond, `hop` those of each node.
    `point` is the share of an adapter that one stage reaches in sending to the next, `uneven` the load of the
    busiest expert rank relative to the mean.
    """

    wave: float = 0.3
    jitter: float = 0.002
    misfit: float = 0.6
    blocks: float = 0.0
    short: float = 420.0
    wide: float = 11.0
    inner: float = 0.84
    cells: float = 13.0
    back: float = 1.2
    cast: float = 3.8
    routed: float = 4.0
    kernels: float = 13.0
    expert_kernels: float = 170.0
    launch: float = 0.073
    expert_each: float = 6.0
    norm: float = 20.0
    near: float = 50e-6
    far: float = 34e-6
    hop: float = 5.2e-6
    point: float = 0.92
    pcie: float = 0.35
    uneven: float = 1.0


EVERYWHERE = Everywhere()

GENERATIONS: dict[str, Generation] = {
    # product, narrow, narrowest, forward, backward, memory, link, network, adapter, host
    "volta": Generation(0.70, 0.70, 0.70, 0.40, 0.35, 0.80, 0.75, 0.8, 12.5e9, 7e-6, 80),  # one measured step: guessed
    "ampere": Generation(0.81, 0.75, 0.75, 0.60, 0.56, 0.81, 0.50, 0.30, 25e9, 8.1e-6, 108),
    "hopper": Generation(0.71, 0.65, 0.65, 0.59, 0.27, 0.94, 0.81, 0.95, 50e9, 5.7e-6, 80),
    "ultra": Generation(0.60, 0.65, 0.61, 0.62, 0.34, 0.63, 0.70, 0.73, 50e9, 7.3e-6, 148),
    "blackwell": Generation(0.50, 0.62, 0.61, 0.62, 0.34, 0.63, 0.70, 0.73, 50e9, 7.3e-6, 148),
}
"""Fitted with the tables below on 686 published steps of 25 sources, by coordinate search over the mean relative error
of a source, two digits kept; nothing depends on a model, a source or a row.  Adapters as in NVIDIA's DGX."""

SOFTWARE: dict[str, Software] = {
    # fitted likewise; "" is any stack that no other name fits
    "megatron-core": Software(tensor=0.86, gradients=0.87, border=0.8, experts=0.69, context=0.42, micro_batch=6e-3),
    "megatron-graphs": Software(tensor=0.86, gradients=0.87, border=0.8, experts=0.69, context=0.42, micro_batch=6e-3, graphs=0.1),
    "megatron": Software(tensor=0.33, gradients=0.88, micro_batch=0.5e-3),
    "nemo-megatron": Software(compute=0.8),
    "megatron-deepspeed": Software(compute=0.91, traffic=2.8, micro_batch=3.2e-3),
    "deepspeed": Software(compute=0.66, traffic=1.2),
    "fsdp": Software(attention=0.54, traffic=1.1, gradients=0.8, micro_batch=2.9e-3),
    "torchtitan": Software(attention=0.53, gradients=0.46, again=0.73),
    "jax": Software(attention=0.83, gradients=0.89),
    "": Software(attention=0.64, traffic=2.8, gradients=0.34, micro_batch=5.6e-3, scatter=False),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Measured times of a step as multiples of their estimates, the middle four of five, and where they come from."""

    low: float
    high: float
    origin: str


SPREAD: dict[str, Spread] = {
    "megatron-core": Spread(0.85, 1.39, "207 published steps of Megatron-Core, NeMo and MegaScale, 9 sources"),
    "megatron": Spread(0.97, 1.18, "51 published steps of Megatron-LM, 8 sources"),
    "megatron-deepspeed": Spread(0.93, 1.31, "64 published steps of Megatron-DeepSpeed and GPT-NeoX, 4 sources"),
    "deepspeed": Spread(0.85, 1.35, "3 published steps of DeepSpeed ZeRO-3, widened as they are few"),
    "fsdp": Spread(0.91, 1.04, "110 published steps of PyTorch FSDP, one source"),
    "torchtitan": Spread(0.88, 1.38, "16 published steps of torchtitan, 2 sources"),
    "jax": Spread(0.85, 1.20, "10 published steps of MaxText, one source, widened as they are few"),
    "": Spread(0.85, 1.35, "225 published steps of stacks without constants of their own, 2 sources, widened"),
}
UNMEASURED = Spread(0.5, 2.0, "no step on such an accelerator was measured")
