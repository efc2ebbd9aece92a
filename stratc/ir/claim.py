"""What a plan asserts and may be held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import (
    BYTE,
    BYTE_RATE,
    COUNT,
    FLOP,
    FLOP_RATE,
    PARAMETER,
    REQUEST_RATE,
    SECOND,
    TOKEN,
    TOKEN_RATE,
    WATT,
    Dimension,
)
from stratc.ir.scope import HERE, Scope
from stratc.ir.statement import Goal, Per, Relation, Statement
from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.arith.quantity import Quantity
    from stratc.arith.term import Term
    from stratc.text.span import Span

METRICS: dict[str, tuple[Dimension | None, str]] = {
    # metric: dimension of its figure (None: any), what it is
    "idle": (COUNT, "idle share of the devices"),
    "latency.prefill": (SECOND, "time of the prompt phase"),
    "change.ratio": (COUNT, "a change stated of two figures, its working the new one over the old"),
    "time.hidden": (SECOND, "a time said to hide behind another, which its working is"),
    "time.of_rate": (SECOND, "the time of an amount at a rate, its working the one over the other"),
    "time.bubble": (SECOND, "the time that the pipeline stands idle in a step"),
    "time.memory": (SECOND, "the time for which a device reads its memory in a step"),
    "time.serial": (SECOND, "the time of a pass, its working the number of its parts × the time of each"),
    "time.labelled": (SECOND, "a time under a label of its own, whose words `cause` holds"),
    "product": (None, "a figure, its working what the lines of its section multiply to"),
    "replicas.needed": (COUNT, "replicas, their working the load over what one of them serves"),
    "replicas.spare": (COUNT, "replicas of which one may be lost, their working as of those needed"),
    "option.weights": (BYTE, "the weights that an option is turned down for, their working what its degrees leave"),
    "result.stated": (None, "a rate or latency of the plan as a whole, whose metric `cause` names"),
    "recap": (None, "a degree, a count of devices or the parameters as a conclusion or a check repeats them"),
    "margin.requirements": (
        COUNT,
        "how many times better than required all is said to be, 1 where words say by far; `cause` names the metrics",
    ),
    "labelled.figure": (None, "a figure declared to be enough, held to the bound that its label has elsewhere"),
    "rate.all": (None, "a rate of all devices or replicas, its working that of each, times their number where said"),
    "rate.each": (None, "a rate of each device or replica, its working that of all, over their number where said"),
    "lines.bytes": (BYTE, "the total of a list or column of bytes, its working all lines above it added up"),
    "sum.total": (None, "a total, its working the figures above it added up"),
    "row.apart": (None, "a figure that is not to another of its row as in the other rows, its working the one that is"),
    "row.share": (COUNT, "a share that is of another whole than those beside it, its working the right one"),
    "gain.steps": (
        COUNT,
        "a gain of all steps together, its working the steps one after another; `cause` is what gains",
    ),
    "gain.parts": (COUNT, "a gain of the whole, its working those of its parts one after another"),
    "alert.memory": (COUNT, "share of a device's memory at which an alert fires"),
    "alert.figure": (None, "the bad side of a bound, where an alert fires; `cause` names the metric that is watched"),
    "experts.node": (COUNT, "experts of a layer that the devices of a node hold"),
    "experts.total": (COUNT, "experts of the model, of all layers or of one"),
    "experts.stage": (COUNT, "experts of a layer said to be those of a pipeline stage"),
    "experts.group": (COUNT, "experts of an expert-parallel group: those of one rank, or of all ranks together"),
    "cache.load": (BYTE, "key-value cache that holds a load, its working the tokens of that load"),
    "memory.sized": (BYTE, "bytes that the parameters beside them take, in the precision that `cause` names"),
    "shape.outer": (COUNT, "width between feed-forward blocks, where arrows draw one"),
    "shape.inner": (COUNT, "width inside a feed-forward block, where arrows draw one"),
    "shape.ratio": (COUNT, "width inside a feed-forward block over that between blocks"),
    "length.limit": (None, "tokens that no sequence has more of"),
    "comparison": (None, "a figure and the one it is compared with, whatever they stand for"),
    "equation": (None, "a figure and its working, whatever it stands for"),
    "implied": (None, "a figure, its working what words imply of the two figures before it"),
    "memory.weights": (BYTE, "weights"),
    "memory.attention": (BYTE, "attention weights"),
    "memory.mlp": (BYTE, "feed-forward weights"),
    "memory.dense": (BYTE, "weights beside those of the experts"),
    "memory.experts": (BYTE, "expert weights"),
    "memory.embedding": (BYTE, "embedding weights"),
    "memory.gradients": (BYTE, "gradients"),
    "memory.master": (BYTE, "master copy of the weights"),
    "memory.optimizer": (BYTE, "optimizer state"),
    "memory.activations": (BYTE, "activations"),
    "memory.kv_cache": (BYTE, "key-value cache"),
    "memory.buffers": (BYTE, "communication and other buffers"),
    "states.model": (BYTE, "weights, gradients and optimizer state as one figure"),
    "memory.training": (BYTE, "everything a training step needs"),
    "memory.inference": (BYTE, "everything serving needs"),
    "memory.total": (BYTE, "all memory"),
    "memory.share": (COUNT, "used share of the memory capacity"),
    "memory.left": (BYTE, "memory of a device said to be left, its working what is used"),
    "memory.headroom": (BYTE, "memory left free"),
    "free.memory": (COUNT, "share of a device's memory left free"),
    "free.compute": (COUNT, "share of the devices' compute left free"),
    "free.share": (COUNT, "share left free of what its section is about"),
    "parameters.total": (PARAMETER, "parameters of the model"),
    "parameters.device": (PARAMETER, "parameters on a device"),
    "parameters.active": (PARAMETER, "parameters one token uses"),
    "parameters.experts": (PARAMETER, "parameters of experts"),
    "parameters.attention": (PARAMETER, "parameters of attention"),
    "parameters.mlp": (PARAMETER, "parameters of feed-forward blocks"),
    "utilisation": (COUNT, "busy share of the devices"),
    "utilisation.pipeline": (COUNT, "busy share of the pipeline"),
    "utilisation.mfu": (COUNT, "model FLOPs utilisation"),
    "utilisation.hfu": (COUNT, "hardware FLOPs utilisation, in which recomputed operations count"),
    "utilisation.bandwidth": (COUNT, "used share of a bandwidth"),
    "utilisation.experts": (COUNT, "busy share of the experts"),
    "utilisation.sparse": (COUNT, "busy share of the devices, from a sentence on the experts that a token uses"),
    "bubble": (COUNT, "idle share of the pipeline"),
    "gain.bubble": (COUNT, "gain in throughput that is credited to a smaller bubble, as a share"),
    "counted.bubble": (COUNT, "idle share of the pipeline with `index` micro-batches"),
    "speedup.throughput": (COUNT, "throughput against a baseline, as a factor"),
    "speedup.latency": (COUNT, "latency of the baseline over that of the plan, as a factor"),
    "speedup.computation": (COUNT, "computation of a device against a baseline, as a factor"),
    "speedup.memory": (COUNT, "memory of a device against a baseline, as a factor"),
    "speedup.communication": (COUNT, "communication against a baseline, as a factor"),
    "reduction.latency": (COUNT, "share of the latency that is saved"),
    "reduction.memory": (COUNT, "share of the memory that is saved"),
    "reduction.bubble": (COUNT, "share of the bubble that is saved"),
    "reduction.communication": (COUNT, "share of the communication that is saved"),
    "reduction.devices": (COUNT, "share of the devices that is saved"),
    "increase.throughput": (COUNT, "gain of throughput as a share of the baseline"),
    "throughput.tokens": (TOKEN_RATE, "tokens a second"),
    "throughput.sequences": (None, "sequences or requests a second"),
    "requests.arriving": (REQUEST_RATE, 'requests a second on all replicas, `cause` "needed" where they are the load'),
    "requests.served": (REQUEST_RATE, "requests a second that one replica serves"),
    "requests.time": (SECOND, "time that a request stays in the engine"),
    "requests.tokens": (TOKEN_RATE, "output tokens a second that the requests ask for"),
    "requests.flying": (None, "requests in flight on all replicas"),
    "slots.each": (None, "requests that a replica runs at a time at most"),
    "slots.all": (None, "requests that all replicas run at a time at most"),
    "latency.ttft": (SECOND, "time to the first token"),
    "latency.tpot": (SECOND, "time per output token"),
    "latency.step": (SECOND, "time of a step or batch"),
    "latency.forward": (SECOND, "time of a forward pass"),
    "latency.backward": (SECOND, "time of a backward pass"),
    "latency.stage": (SECOND, "time of a pipeline stage"),
    "latency.layer": (SECOND, "time of a layer"),
    "time.compute": (SECOND, "time that is computation, without communication"),
    "latency.unsaid": (SECOND, "a latency that the plan does not say of what"),
    "latency.training": (SECOND, "time of a whole training run"),
    "request.prompt": (COUNT, "tokens of the longest prompt"),
    "request.answer": (COUNT, "tokens of the longest answer"),
    "request.tokens": (TOKEN, "tokens of each of several requests that are held at a time"),
    "draft.tokens": (TOKEN, "tokens that are drafted for each step of speculative decoding"),
    "prefill.chunk": (TOKEN, "tokens of a part of a prompt that is computed in several"),
    "tokens.step": (None, "tokens of a step or batch"),
    "tokens.cache": (None, "tokens that the key-value cache holds"),
    "sequences.cache": (
        None,
        "sequences said to be held, of `index` tokens each, its working the memory or the tokens that hold them",
    ),
    "tokens.device": (None, "tokens that a device holds of a sequence or batch"),
    "tokens.training": (TOKEN, "tokens of a whole training run"),
    "tokens.parameter": (None, "tokens of a training run for each parameter"),
    "tokens.optimal": (TOKEN, "tokens of a compute-optimal run"),
    "tokens.optimal_each": (None, "tokens of a compute-optimal run for each parameter"),
    "run.tokens": (None, "tokens of a whole training run or of its data, `cause` being data for the latter"),
    "run.days": (SECOND, "time of a whole training run, wherever the text gives it"),
    "run.step_time": (SECOND, "time of a training step, wherever the text gives it"),
    "run.steps": (COUNT, "updates of the weights in a whole training run"),
    "run.samples": (COUNT, "samples that a training run learns from, each once a pass"),
    "run.epochs": (COUNT, "times that a training run goes over its data"),
    "run.net_days": (SECOND, "time of a training run that nothing interrupts"),
    "run.calendar_days": (SECOND, "time of a training run with all that interrupts it"),
    "run.goodput": (COUNT, "share of the time in which a run makes progress"),
    "run.failure_time": (SECOND, "mean time between failures of the devices of a run together"),
    "run.device_hours": (COUNT, "hours of devices that a run takes"),
    "run.flops": (FLOP, "floating-point operations of a whole training run"),
    "run.pflop_days": (COUNT, "days that a PFLOP a second would compute for a whole training run"),
    "step.flops": (FLOP, "floating-point operations of a training step"),
    "checkpoint.lost": (SECOND, "time of the work that a failure loses in the mean"),
    "checkpoint.all_kept": (COUNT, "1 where no checkpoint is deleted"),
    "checkpoint.size": (BYTE, "bytes of a checkpoint"),
    "checkpoint.bytes": (None, "bytes that a checkpoint has of a parameter"),
    "checkpoint.rate": (BYTE_RATE, "bytes a second at which checkpoints are written"),
    "checkpoint.time": (SECOND, "time in which a checkpoint is written"),
    "checkpoint.every_steps": (COUNT, "steps from one checkpoint to the next"),
    "checkpoint.every_time": (SECOND, "time from one checkpoint to the next"),
    "checkpoint.kept": (COUNT, "checkpoints that are kept"),
    "checkpoint.storage": (BYTE, "bytes of all checkpoints that are kept"),
    "checkpoint.daily": (BYTE, "bytes of checkpoints written in a day"),
    "checkpoint.share": (COUNT, "share of the time that writing checkpoints takes"),
    "time.exposed": (SECOND, "time of a collective that nothing hides"),
    "time.hideable": (SECOND, "time of a collective, of which a share hides behind computation"),
    "share.hidden": (COUNT, "share of a collective that hides behind computation"),
    "power.device": (WATT, "power of a device"),
    "power.devices": (WATT, "power of all devices, without what stands around them"),
    "energy.run": (None, "energy of a run"),
    "price.device_hour": (None, "price of a device for an hour"),
    "price.node_hour": (None, "price of a server for an hour"),
    "cost.run": (None, "cost of a run"),
    "cost.tokens": (None, "cost of a million tokens"),
    "compute.flops": (FLOP, "floating-point operations"),
    "compute.rate": (FLOP_RATE, "floating-point operations a second"),
    "communication.volume": (BYTE, "bytes sent"),
    "traffic.memory": (BYTE_RATE, "bytes a second read from or written to memory"),
    "sent.bytes": (
        BYTE,
        "bytes that devices send; `cause` tells what sends them and what is said with it, `index` of how many tokens",
    ),
    "sent.tokens": (COUNT, "a number of tokens that is spoken of"),
    "ring.factor": (COUNT, "how many times its message a device sends in a ring, `index` the devices of that"),
    "link.rate": (BYTE_RATE, "a rate beside the name of a link, which `cause` tells with its directions"),
    "peak.precision": (FLOP_RATE, "a peak of a device beside a precision, which `cause` tells with what is said of it"),
    "communication.width": (COUNT, "elements of a token that a collective carries"),
    "communication.bandwidth": (BYTE_RATE, "bandwidth of a transfer"),
    "communication.time": (SECOND, "time of a transfer"),
    "share.compute_time": (COUNT, "share of the time or latency that is computation"),
    "share.communication": (COUNT, "share of the time that is communication"),
    "share.compute": (COUNT, "share of the computation a device or stage has"),
    "share.memory": (COUNT, "share of the memory use a device has"),
    "share.experts": (COUNT, "share of the experts' work a device has"),
    "share.layers": (COUNT, "share of the layers a device or stage has"),
    "map.range": (COUNT, "a range that breaks the series of a map, `cause` being the one that would follow"),
    "map.total": (COUNT, "devices of a line of a tree, the working what its other lines make of them"),
    "pool.devices": (COUNT, "devices of all replicas that a configuration sets beside the degrees of one"),
    "pool.rate": (REQUEST_RATE, "requests that the pool of the phase `cause` names serves"),
    "pool.lent": (COUNT, "devices said to leave the pool that `cause` names"),
    "pool.use": (COUNT, "used share of the pool of the phase that `cause` names"),
    "loop.layers": (COUNT, "turns of a loop over layers"),
    "loop.experts": (COUNT, "turns of a loop over experts"),
    "loop.stages": (COUNT, "turns of a loop over pipeline stages"),
    "balance.difference": (COUNT, "largest difference of the shares"),
    "spread.memory": (BYTE, "the most by which the memory of a device is said to differ from the mean"),
    "balance.perfect": (COUNT, "1 where a perfect balance is asserted"),
    "balance.counted": (COUNT, "1 where a balance is concluded from equal numbers of experts"),
    "scaling.linear": (COUNT, "1 where linear scaling is asserted"),
    "group.devices": (COUNT, "devices of one group of the degree that `cause` names"),
    "device.kv_heads": (COUNT, "KV heads of a device"),
    "device.ffn_width": (COUNT, "columns of the feed-forward block on a device"),
    "device.vocabulary": (COUNT, "rows of the vocabulary on a device"),
    "group.nodes": (COUNT, "nodes that a group of the degree that `cause` names is said to span"),
    "group.count": (COUNT, "groups of the degree that `cause` names"),
    "group.width": (COUNT, "columns of a matrix said to be those of a tensor-parallel group"),
    "group.member": (COUNT, "a device of the group `index` of the degree that `cause` names"),
    "group.layers": (COUNT, "layers of a device of that group, from first to last"),
    "devices.named": (COUNT, "a range of devices, by their numbers, that a part of the plan is given"),
    "stages.layers": (
        COUNT,
        "layers of `index` pipeline stages, their working added up from these; `cause` holds those of each other stage",
    ),
    "layer.devices": (COUNT, "devices said to be those of one layer"),
    "embedding.devices": (COUNT, "devices said to hold the embedding"),
    "parts": (COUNT, "parts the model is divided into"),
    "parts.device": (COUNT, "parts on a device"),
    "experts.backup": (COUNT, "spare copies of experts"),
    "answer.alone": (None, "the only answer in a table of requirements that the plan gives nowhere else"),
    "mesh.devices": (COUNT, "devices of a mesh, whose axes and their sizes `cause` lists"),
    "replicas": (COUNT, "independent replicas"),
    "nodes.run": (COUNT, "machines that the plan has in all, `index` the devices of each where their name says so"),
    "replicas.run": (COUNT, "replicas that the plan runs in all, their working those of a list added up"),
    "batch.total": (COUNT, "sequences of all replicas"),
    "batch.effective": (COUNT, "sequences of all replicas, where the batch of one is stated as the batch"),
}


MEMORY_TOTALS = ("memory.total", "memory.training", "memory.inference")
SAID_AGAIN = frozenset(
    ("time.labelled", "result.stated", "recap")
)  # metrics that only compare what another metric says


@dataclass(frozen=True, slots=True, repr=False)
class Claim(Record):
    """A figure that the plan derives or promises; fields as in Statement, `passing` where every place of it is."""

    metric: str
    quantity: Quantity
    places: tuple[Span, ...]
    context: Span
    scope: Scope = HERE
    relation: Relation = Relation.IS
    working: Term | None = None
    per: Per = Per.UNSAID
    cause: str = ""
    index: int | None = None
    goal: Goal | None = None
    baseline: int | None = None
    passing: bool = False

    @property
    def value(self) -> float:
        """The figure in SI units; the upper end of a range."""
        return self.quantity.value

    def spans(self) -> tuple[Span, ...]:
        """Where it is claimed."""
        return self.places


COUNTED_IN_PARTS = ("strategy.device_count", "hardware.device_count", "workload.batch_size", "model.parameters")


def is_part(statement: Statement) -> bool:
    """Whether a figure counts a part of what its key counts whole, which makes it a claim and no fact."""
    return statement.subject in COUNTED_IN_PARTS and statement.per not in (Per.UNSAID, Per.TOTAL)
