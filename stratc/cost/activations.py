"""Bytes that a layer keeps for its backward pass."""

from __future__ import annotations

from stratc.arith.functions import counts, total
from stratc.arith.term import Number
from stratc.arith.unit import Bytes
from stratc.cost.hybrids import DeltaNet, Indexer, Mamba
from stratc.cost.ledger import Ledger
from stratc.cost.parameters import attention_kinds, feed_forward_layers
from stratc.cost.shape import Shape
from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Kept(Record):
    """How activations are kept.

    `recompute` is none, selective (the core of attention again) or full (only the input of a layer is kept); a fused
    kernel never stores the scores; `sequence_parallel` divides norms and dropouts by the tensor-parallel degree.
    `fused` is the share of norms, rotary positions and gates that run in kernels which keep no copies of their own.
    `gathered` keeps the inputs of blocks as sequence parallelism gathered them, instead of gathering them again.
    """

    recompute: str = "none"
    flash: bool = True
    sequence_parallel: bool = False
    dropout: bool = False
    fused: float = 1.0
    gathered: bool = False

    @property
    def copies(self) -> float:
        """Share of element-wise operations that keep copies of their own; selective recomputation makes them again."""
        return 0 if self.recompute == "selective" or self.fused == 1 else 1 - self.fused

    @property
    def scores(self) -> bool:
        """Whether the scores of attention are kept."""
        return self.recompute == "none" and not self.flash


def gpt_layer_activations(s: Number, b: Number, h: Number, a: Number, t: Number = 1) -> Bytes:
    """Bytes of one layer of a GPT in half precision under tensor parallelism, nothing recomputed.

    s b h (10 + 24 ÷ t + 5 a s ÷ (h t))

    Holds for a feed-forward block of 4 h, dropout after attention and block, unfused attention.

    >>> gpt_layer_activations(s=2048, b=4, h=6144, a=64, t=8) / 2**30
    1.234375

    Source: korthikanti-2022, equation 2.
    """
    return s * b * h * (10 + 24 / t + 5 * a * s / (h * t))


def gpt_layer_activations_sequence_parallel(s: Number, b: Number, h: Number, a: Number, t: Number) -> Bytes:
    """Bytes of one layer of a GPT in half precision under tensor and sequence parallelism, nothing recomputed.

    s b h ÷ t × (34 + 5 a s ÷ h)

    >>> round(gpt_layer_activations_sequence_parallel(s=2048, b=4, h=6144, a=64, t=8) / 2**30, 4)
    0.8242

    Source: korthikanti-2022, equation 4.
    """
    return s * b * h / t * (34 + 5 * a * s / h)


def gpt_layer_activations_selective(s: Number, b: Number, h: Number, t: Number = 1) -> Bytes:
    """Bytes of one layer of a GPT in half precision where the core of attention is computed again.

    34 s b h ÷ t, with sequence parallelism where t is above one

    >>> gpt_layer_activations_selective(s=2048, b=4, h=6144, t=8) / 2**30
    0.19921875

    Source: korthikanti-2022, equation 6 and table 2.
    """
    kept = 34 * s * b * h
    return kept if t == 1 else kept / t


def full_recompute_activations(s: Number, b: Number, h: Number, w: Number = 2) -> Bytes:
    """Bytes of one layer of which only the input is kept.

    s b h w

    >>> full_recompute_activations(s=2048, b=4, h=6144) / 2**20
    96.0

    Source: korthikanti-2022, section 5.
    """
    return s * b * h * w


def attention_activations(tokens: Number, s: Number, part: Shape, kept: Kept, w: Number) -> Bytes:
    """Bytes that attention keeps on a device, without what tensor parallelism repeats.

    queries, keys, values and the input of the output projection, w (2 a + 2 k) g a token; where rotary positions are
    not fused, queries and keys twice; without a flash kernel also the scores: a s w, or a s (w + w + 1) with dropout

    >>> attention_activations(1, 2048, Shape(1, 6144, 64, 64, 96), Kept(flash=False, dropout=True), 2)
    704512

    Source: korthikanti-2022, section 4.1; dao-2022, section 3.1 for fused kernels.
    """
    if part.latent:
        latent = part.latent
        width = part.heads * (2 * latent.nope + 2 * latent.rope + 2 * latent.value)
        width = width + latent.kv_rank + latent.q_rank
    else:
        width = (2 * part.heads + 2 * part.kv_heads) * part.head_dim
        width = width + kept.copies * (part.heads + part.kv_heads) * part.head_dim if kept.copies else width
    amount = tokens * width * w
    if not kept.scores:
        return amount
    return amount + tokens * part.heads * s * (2 * w + 1 if kept.dropout else w)


def block_activations(tokens: Number, block: DeltaNet | Mamba | Indexer, w: Number) -> Bytes:
    """Bytes that a delta net, a state-space block or an indexer keeps on a device, its input not counted.

    tokens × elements that its kernels save × w

    >>> block_activations(1, Mamba(heads=128, state=128, share=(24, 52), attention=(4, 52), mlp=(24, 52)), w=2)
    53504

    Neglects: states at the ends of chunks, which the backward pass computes again.
    Source: mamba-ssm, MambaSplitConv1dScanCombinedFn; flash-linear-attention, ChunkGatedDeltaRuleFunction;
    deepseek-v3-2, section 2.1.
    """
    return tokens * block.kept * w


def mixing_activations(tokens: Number, s: Number, part: Shape, kept: Kept, w: Number) -> Bytes:
    """Bytes that attention keeps on a device, or what stands in its place, in the mean over layers of each kind.

    Source: as the parts.
    """
    if not part.mixed:
        return attention_activations(tokens, s, part, kept, w)
    return total(
        share
        * (attention_activations(tokens, s, of, kept, w) if isinstance(of, Shape) else block_activations(tokens, of, w))
        for share, of in attention_kinds(part, 1)
    )


def mlp_activations(tokens: Number, f: Number, matrices: float, w: Number) -> Bytes:
    """Bytes that a feed-forward block keeps on a device, its input not counted.

    tokens × matrices × f × w: what goes into the activation function, and what comes out; a gate that is not fused
    keeps one more

    >>> mlp_activations(tokens=1, f=24576, matrices=2, w=2)
    98304

    Source: korthikanti-2022, section 4.1.
    """
    return tokens * matrices * f * w


def expert_activations(routed: Number, h: Number, f: Number, matrices: int, w: Number) -> Bytes:
    """Bytes that the experts of a device keep for the tokens routed to it.

    routed × (2 h + matrices × f) × w: inputs gathered by expert, outputs to be weighted, and the blocks themselves

    >>> expert_activations(routed=8, h=1024, f=2048, matrices=2, w=2)
    98304

    Neglects: scores of the router, padding to a capacity.  Source: korthikanti-2022, section 4.1, for each expert.
    """
    return routed * (2 * h + matrices * f) * w


def repeated_activations(tokens: Number, h: Number, kept: Kept, t: Number, w: Number) -> Bytes:
    """Bytes of a layer that tensor parallelism alone does not divide: inputs of norms and blocks, masks of dropout.

    tokens × h × (4 w + 2 with dropout + 16 where norms are not fused and keep two copies in FP32), ÷ t under sequence
    parallelism, but for the 2 w of blocks' inputs where these are kept as gathered

    >>> repeated_activations(tokens=1, h=6144, kept=Kept(dropout=True), t=8, w=2)
    61440

    Source: korthikanti-2022, section 4.2; torchtitan-parallelize for inputs kept as gathered.
    """
    amount = tokens * h * (4 * w + 2 * kept.dropout + 16 * kept.copies)
    if not kept.sequence_parallel:
        return amount
    whole = 2 * tokens * h * w if kept.gathered else 0
    return (amount - whole) / t + whole


def pipeline_messages(v: Number, tokens: Number, h: Number, w: Number = 2) -> Bytes:
    """Bytes of the activations and gradients that a stage has last received for each of its v virtual stages.

    2 v × tokens × h × w

    Holds for schedules that keep them until the next step, as Megatron's do; measured there for v = 1, 2, 3 and 8.

    >>> pipeline_messages(v=8, tokens=8192, h=4096) / 2**30
    1.0

    Source: megatron-core, schedules of the pipeline.
    """
    return 2 * v * tokens * h * w


def layer_activations(
    tokens: Number, s: Number, part: Shape, kept: Kept, t: Number, w: Number = 2, routed: Number | None = None
) -> Ledger:
    """Bytes that one layer keeps on a device for `tokens` tokens; `part` is the device's share of the architecture.

    The mean over layers where these are of several kinds; a block that is attention, state or feed-forward alone has
    one norm and one input instead of two.  `routed` is how many tokens reach the device's experts, None for a layer
    without experts.

    >>> part = Shape(1, 6144, 8, 8, 96, ffn=3072)
    >>> layer_activations(2048 * 4, 2048, part, Kept(flash=False, dropout=True), t=8).total / 2**30
    1.234375

    Source: the laws above; equals korthikanti-2022, equation 2, for a GPT.
    """
    repeated = repeated_activations(tokens, part.hidden, kept, t, w)
    rows = [
        ("repeated", repeated if part.parts == 2 else repeated / 2),
        ("attention", mixing_activations(tokens, s, part, kept, w)),
    ]
    if routed is None:
        kinds = part.matrices + kept.copies if part.matrices == 3 else part.matrices
        own = mlp_activations(tokens, part.ffn, kinds, w)
        rows.append(("mlp", own * feed_forward_layers(part, 1) if part.mamba else own))
    else:
        rows.append(("experts", expert_activations(routed, part.routed, part.expert_ffn, part.matrices, w)))
        if counts(part.shared_ffn):
            rows.append(("shared", mlp_activations(tokens, part.shared_ffn, part.matrices, w)))
    return Ledger(tuple(rows))
