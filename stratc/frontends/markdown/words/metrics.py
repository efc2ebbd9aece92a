"""The table of words for figures that plans derive or promise: what each metric of ir/claim.py is called.

A row is the metric, what its figure looks like, the phrases that name it, and words that forbid it.  Phrases are
compared by stems; the nearest and longest one wins.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from stratc.arith.unit import (
    BYTE,
    BYTE_RATE,
    COUNT,
    FLOP,
    FLOP_RATE,
    PARAMETER,
    PERCENT,
    REQUEST_RATE,
    SECOND,
    SEQUENCE,
    SEQUENCE_RATE,
    TOKEN_RATE,
    Dimension,
)
from stratc.frontends.markdown.words.vocabulary import words


class Look(Enum):
    """What a figure looks like."""

    BYTES = "bytes"
    RATE = "bytes a second"
    SHARE = "percentage"
    FACTOR = "factor"
    TIME = "time"
    TOKENS = "tokens a second"
    EVENTS = "sequences or requests a second"
    PARAMETERS = "parameters"
    WORK = "FLOP"
    SPEED = "FLOP a second"
    SEQUENCES = "sequences"
    COUNT = "bare number"


LOOKS: dict[Dimension, Look] = {
    BYTE: Look.BYTES,
    BYTE_RATE: Look.RATE,
    SECOND: Look.TIME,
    TOKEN_RATE: Look.TOKENS,
    SEQUENCE_RATE: Look.EVENTS,
    REQUEST_RATE: Look.EVENTS,
    PARAMETER: Look.PARAMETERS,
    FLOP: Look.WORK,
    FLOP_RATE: Look.SPEED,
    SEQUENCE: Look.SEQUENCES,
    COUNT: Look.COUNT,
}
SHARES = frozenset((PERCENT.symbol, "percent"))


class Metric(NamedTuple):
    """One row: see the module.  `alone` says that its phrases are too common to be looked for in
    headings; of `needs` one word must stand in the clause."""

    metric: str
    look: Look
    phrases: str
    unless: str = ""
    alone: bool = False
    needs: str = ""


_B, _S, _T = Look.BYTES, Look.SHARE, Look.TIME
METRICS: tuple[Metric, ...] = (
    Metric(
        "memory.attention",
        _B,
        "attention weights|attention parameters|attention memory|attention layers|attention|qkv weights|mha weights|"
        "注意力权重|注意力参数",
        unless="cache activation",
    ),
    Metric(
        "memory.mlp",
        _B,
        "mlp weights|mlp parameters|ffn weights|ffn parameters|feed forward weights|mlp memory|ffn memory|mlp|ffn",
        unless="activation",
    ),
    Metric(
        "memory.experts",
        _B,
        "expert weights|expert parameters|expert memory|moe weights|moe parameters|expert storage|"
        "routed experts|experts|"
        "专家权重|专家参数",
        unless="activation activations dispatch dispatche dispatched combine combined",
    ),
    Metric(
        "memory.dense",
        _B,
        "dense weights|dense parameters|dense part|non expert weights|non expert parameters|shared weights|"
        "attention and shared weights|attention and dense weights",
    ),
    Metric("memory.embedding", _B, "embedding weights|embeddings|embedding parameters|embedding memory|词嵌入"),
    Metric(
        "memory.weights",
        _B,
        "model weights|weights|weight memory|model parameters|parameter memory|parameter storage|parameters|"
        "weight storage|model storage|parameter size|model memory|model size|fp16 storage|bf16 storage|fp8 storage|"
        "int8 storage|params|parameter distribution|weight distribution|模型权重|权重|参数",
        unless="gradient optimizer cache adam moment master",
    ),
    Metric("memory.gradients", _B, "gradients|grads|gradient memory|gradient storage|with gradients|梯度"),
    Metric(
        "memory.optimizer",
        _B,
        "optimizer states|optimizer|adam states|adam|optimizer memory|with optimizer states|优化器|优化器状态",
    ),
    Metric("memory.master", _B, "master weights|fp32 master weights|master copy|主权重"),
    Metric(
        "memory.activations",
        _B,
        "activations|activation memory|activation storage|激活|激活值|激活内存",
    ),
    Metric(
        "memory.kv_cache",
        _B,
        "kv cache|kvcache|kv|key value cache|k v cache|k and v cache|keys and values|kv cache memory|kv memory|"
        "kv缓存|kv 缓存",
    ),
    Metric(
        "memory.kv_cache",
        _B,
        "cache|cache per gpu|cache memory|cache size|缓存",
        unless="k v key value l1 l2 l3 prefix page disk host cpu file compile compilation download activation "
        "optimizer weight result response semantic hit embedding expert layer kernel model left leave leaving free "
        "remain remaining available room bandwidth read reading transfer send move hand 预留 剩余 可用",
    ),
    Metric(
        "memory.buffers",
        _B,
        "communication buffers|buffers|workspace|temporary buffers|framework overhead|cuda context|"
        "runtime overhead|overhead|temporary tensors|miscellaneous|misc|fragmentation|nccl buffers|nccl|"
        "cuda graphs|reserve|reserved|other|everything else|the rest|通信缓冲|缓冲|预留|其他",
    ),
    Metric("memory.training", _B, "training memory|total training memory|memory for training|training memory total"),
    Metric("memory.inference", _B, "inference memory|memory for inference|serving memory|total inference memory"),
    Metric(
        "memory.total",
        _B,
        "total memory|total memory usage|total used|memory usage|memory use|memory per gpu|memory footprint|"
        "peak memory|peak memory usage|total memory per gpu|per gpu memory|per gpu memory usage|sustained memory|"
        "used memory|memory used|memory used per gpu|used per gpu|usage per gpu|per gpu usage|"
        "memory required|memory requirement|memory consumption|realistic usage|vram usage|"
        "memory distribution|memory balance|memory load|vram used|memory needed|memory needs|gpu memory usage|"
        "total vram|total memory required|allocated memory|每卡显存|总显存|显存占用|显存使用|总计",
        unless="available limit capacity node budget alert reserved host cpu system flight",
    ),
    Metric(
        "memory.total",
        _B,
        "total|sum|合计|usage",
        unless="layer bandwidth capacity vram per-token host cpu system",
        alone=True,
    ),
    Metric(
        "memory.headroom",
        _B,
        "memory headroom|headroom|free memory|remaining memory|memory margin|safety margin|"
        "available for|unused memory|"
        "剩余显存",
        unless="budget",
    ),
    Metric(
        "free.memory",
        _S,
        "memory headroom|vram headroom|hbm headroom|free memory|remaining memory|unused memory|memory free|free vram|"
        "memory remaining|memory left|free hbm|剩余显存|显存余量",
        unless="bandwidth cpu host limit threshold budget target requirement fragmentation disk saved",
    ),
    Metric(
        "free.compute",
        _S,
        "compute headroom|compute capacity headroom|computational headroom|gpu compute headroom|flops headroom|"
        "unused compute|spare compute|compute left free",
        unless="memory memories",
    ),
    Metric(
        "free.share",
        _S,
        "headroom|left free|余量",
        unless="compute bandwidth cpu host network throughput rps qps request latency limit threshold budget target "
        "requirement power capacity utilization utilisation usage used provide providing",
        alone=True,
    ),
    Metric(
        "communication.volume",
        _B,
        "message size|communication volume|data volume|all reduce size|all reduce volume|all to all volume|"
        "transfer size|all reduce|allreduce|all to all|data transferred|traffic|通信量",
        unless="buffer",
    ),
    Metric(
        "communication.bandwidth",
        Look.RATE,
        "effective bandwidth|bandwidth|effective|all reduce bandwidth|all to all bandwidth|throughput|带宽",
        unless="memory-bandwidth",
    ),
    Metric(
        "traffic.memory",
        Look.RATE,
        "memory traffic|activation memory traffic|total memory traffic|total memory utilization|memory utilization|"
        "parameter access|weight access|memory access|memory reads",
        unless="network nvlink",
    ),
    Metric("utilisation.mfu", _S, "mfu|model flops utilization|model flops utilisation"),
    Metric("utilisation.hfu", _S, "hfu|hardware flops utilization|hardware flops utilisation"),
    Metric(
        "utilisation.pipeline",
        _S,
        "pipeline utilization|pipeline utilisation|pipeline efficiency|pipeline parallel efficiency|pp efficiency|"
        "pp utilization|pp utilisation|pipeline parallelism efficiency|"
        "流水线利用率|流水线效率",
        unless="bubble",
    ),
    Metric(
        "utilisation.pipeline",
        _S,
        "utilization|utilisation|busy|full|efficiency",
        unless="bubble memory vram bandwidth network expert gpu kv",
        needs="pipeline stage",
    ),
    Metric(
        "utilisation.bandwidth",
        _S,
        "bandwidth utilization|bandwidth utilisation|network utilization|nvlink utilization|nvlink efficiency|"
        "link utilization|network utilisation|bandwidth efficiency|bandwidth usage|network bandwidth utilization|"
        "of nvlink capacity|interconnect utilization|带宽利用率",
    ),
    Metric(
        "utilisation.experts",
        _S,
        "expert utilization|expert utilisation|expert parallel efficiency|expert efficiency|expert activation rate|"
        "专家利用率",
    ),
    Metric(
        "utilisation",
        _S,
        "gpu utilization|utilization|utilisation|compute utilization|average utilization|hardware utilization|"
        "gpu utilisation|compute efficiency|gpu efficiency|overall utilization|average gpu utilization|"
        "gpu compute utilization|computational efficiency|scaling efficiency|parallel efficiency|利用率|gpu利用率",
        unless="memory vram bandwidth network nvlink cpu kv expert pipeline tensor-core mfu communication hbm link "
        "waste wasted idle unused",
    ),
    Metric("idle", _S, "idle time|gpu idle time|idle|gpu idle", unless="bubble"),
    Metric(
        "bubble",
        _S,
        "pipeline bubble|bubble|bubble ratio|bubble overhead|bubble time|bubble rate|"
        "bubble fraction|pipeline overhead|"
        "idle bubble|气泡|气泡率",
        unless="mfu hfu",
    ),
    Metric(
        "memory.share",
        _S,
        "memory utilization|memory usage|memory use|memory utilisation|vram utilization|vram usage|gpu memory usage|"
        "gpu memory utilization|peak memory usage|of gpu memory|memory efficiency|of vram|of capacity|gpu capacity|"
        "of gpu capacity|of memory|memory used|memory occupancy|显存利用率|显存占用率",
        unless="bandwidth headroom balance reduction saved compute",
    ),
    Metric(
        "memory.share",
        _S,
        "full|filled|occupied|in use|taken",
        unless="pipeline stage batch bandwidth compute disk host cpu cache pool utilization utilisation load busy "
        "rate stress",
        needs="hbm memory vram",
    ),
    Metric(
        "balance.difference",
        _S,
        "maximum difference|max difference|load difference|difference|variance|imbalance|deviation|load imbalance|"
        "load variance|maximum imbalance|max imbalance|coefficient of variation|负载差异",
    ),
    Metric(
        "share.compute_time",
        _S,
        "computation time|compute time|computation",
        unless="reduction load per bubble idle ideal overlap overlapped hidden exposed",
        needs="latency time step",
    ),
    Metric("latency.ttft", _T, "ttft|time to first token|first token|first token latency|首token延迟|首字延迟"),
    Metric(
        "latency.prefill",
        _T,
        "prefill|prefill latency|prefill time|prompt processing|prompt processing time|prefill phase|prefilled",
        unless="first ttft",
    ),
    Metric(
        "latency.tpot",
        _T,
        "tpot|time per output token|inter token latency|decode|decode latency|decode per token|per token latency|"
        "decode time|per token|latency per token|token latency|decode step|itl|每token延迟",
        unless="ttft first prefill flop allreduce all_reduce reduce communication 通信 each transfer",
    ),
    Metric(
        "latency.step",
        _T,
        "step time|time per step|time per batch|latency per batch|"
        "iteration time|batch processing time|batch time|end to end|end to end latency|"
        "full batch|batch latency|time per iteration|step latency|training step|per step|e2e latency|total latency|"
        "request latency|step takes|step lasts|step then takes|step needs|iteration takes|端到端延迟|单步时间",
        unless="recovery timeout exposed visible once twice",
    ),
    Metric("latency.step", _T, "latency|processing time|processing", unless="recovery timeout token", needs="batch"),
    Metric(
        "time.compute",
        _T,
        "compute time|computation time|linear time|pure compute time|total compute time|计算时间|计算耗时",
        unless="per layer stage step expert",
    ),
    Metric("latency.forward", _T, "forward pass|forward|forward time|forward pass time|前向"),
    Metric(
        "latency.backward",
        _T,
        "backward pass|backward|backward time|backward pass time|反向",
        unless="forward behind under underneath hidden exposed overlap overlapped reduction all-reduce",
    ),
    Metric(
        "latency.stage",
        _T,
        "computation per stage|compute per stage|stage computation|stage time|time per stage|stage latency|"
        "latency per stage|stage compute time|stage compute|compute time per stage|stage take|stage need|"
        "stage forward time|每阶段延迟|每阶段时间",
        unless="recovery timeout",
    ),
    Metric(
        "share.communication",
        _S,
        "communication overhead|communication share|communication time|communication cost|communication|"
        "share of communication|all reduce overhead|all to all overhead|通信开销|通信占比",
        unless="bandwidth utilization utilisation efficiency overlap overlapped hidden bubble memory volume traffic "
        "network nvlink pipeline compute compression ratio",
    ),
    Metric(
        "latency.layer",
        _T,
        "per layer|layer latency|layer time|time per layer|latency per layer|layer compute time|layer computation|"
        "layer forward time|layer forward|layer take|layer need|每层延迟|每层时间",
        unless="communication transfer synchronization allreduce reduce p2p",
    ),
    Metric(
        "communication.time",
        _T,
        "communication time|communication latency|transfer time|transfer latency|synchronization|"
        "all reduce|all to all|"
        "all reduce time|all to all time|communication|communication per layer|"
        "p2p latency|network latency|tensor synchronization|communication overhead|"
        "allreduce|通信时间|通信延迟",
        unless="recovery",
    ),
    Metric(
        "throughput.tokens",
        Look.TOKENS,
        "throughput|tokens per second|token throughput|system throughput|total throughput|per gpu throughput|"
        "aggregate throughput|tokens|decode throughput|prefill throughput|generation speed|speed|rate|吞吐|吞吐量",
    ),
    Metric(
        "throughput.sequences",
        Look.EVENTS,
        "throughput|sequences|requests|rps|qps|request rate|sequences per second|requests per second|samples|吞吐",
    ),
    Metric(
        "compute.rate",
        Look.SPEED,
        "mfu|measure|measured|achieved|achieve|achieving|sustained|sustain|"
        "effective|effective compute|actual|actual compute|"
        "effective flops|effective computing power|achieved flops|achieved tflops|achieved tflops per gpu|"
        "achieved compute|delivered|实际算力|有效算力",
        unless="peak theoretical required requirement need needed target total aggregate all combined cluster",
    ),
    Metric("compute.flops", Look.WORK, "flops|computation|compute|forward flops|total flops|计算量"),
    Metric(
        "parameters.device",
        Look.PARAMETERS,
        "model parameters|parameters|parameters per gpu|params per gpu|weights|model weights|per gpu parameters",
        unless="expert attention embedding active activated mlp ffn dense shared router",
    ),
    Metric(
        "parameters.experts",
        Look.PARAMETERS,
        "expert parameters|experts|parameters in experts|moe parameters|expert params|expert weights|routed experts",
        unless="active activated",
    ),
    Metric(
        "parameters.attention",
        Look.PARAMETERS,
        "attention parameters|attention|attention params|attention weights|attention layers",
    ),
    Metric("parameters.mlp", Look.PARAMETERS, "mlp parameters|ffn parameters|mlp|ffn|feed forward parameters"),
    Metric(
        "parameters.active",
        Look.PARAMETERS,
        "active parameters|activated parameters|active params|parameters per token|active|activated|激活参数",
    ),
    Metric(
        "experts.backup",
        Look.COUNT,
        "backup experts|standby experts|redundant experts|redundant routed experts|spare experts|extra experts|"
        "redundant ones|spare ones|redundant copies|expert replicas|replicated experts|duplicated experts|"
        "redundancy experts|redundant slots|"
        "备份专家|冗余专家",
    ),
    Metric(
        "replicas",
        Look.COUNT,
        "independent request batches|independent groups|independent replicas|model replicas|data parallel replicas|"
        "independent batches|independent data parallel groups|independent dp groups|dp replicas|replicas",
        unless="expert scale per",
    ),
    Metric(
        "batch.total",
        Look.COUNT,
        "sequences total|total sequences|sequences in total|global sequences",
    ),
    Metric("batch.effective", Look.COUNT, "effective batch|effective batch size"),
    Metric(
        "batch.total",
        Look.SEQUENCES,
        "total|in total|total sequences|altogether",
        alone=True,
    ),
    Metric("batch.effective", Look.SEQUENCES, "effective batch|effective batch size", alone=True),
    Metric(
        "experts.total",
        Look.COUNT,
        "total experts|total number of experts|total expert count|experts in total|专家总数",
        unless="per layer shared active routed parameter group slots each",
        alone=True,
    ),
    Metric(
        "parts",
        Look.COUNT,
        "total parts|total modules|total module count|modules|parts|module count|number of parts|model parts|"
        "number of modules|总模块数|模块总数",
        unless="per type expert tensor layer pipeline data split gpus-per divisor kinds",
    ),
    Metric(
        "parts.device",
        Look.COUNT,
        "parts per gpu|modules per gpu|modules on each gpu|parts on each gpu|modules each gpu|每卡模块数",
    ),
)

# What a change of so many per cent or so many times is a change of; "" for what no metric stands for.
CHANGED: tuple[tuple[str, str], ...] = (
    ("bubble", "bubble|bubble time|pipeline bubble|pipeline bubbles"),
    (
        "communication",
        (
            "communication|communication overhead|all reduce|allreduce|communication volume|tp communication|"
            "communication cost|network traffic|communication time|通信"
        ),
    ),
    ("memory", "memory|activation memory|memory usage|memory footprint|vram|gpu memory|显存|内存"),
    (
        "latency",
        (
            "latency|ttft|time to first token|response time|prefill latency|total latency|per expert latency|"
            "end to end latency|decode latency|step time|延迟|时延"
        ),
    ),
    ("throughput", "throughput|total throughput|tokens per second|decode throughput|system throughput|吞吐|吞吐量"),
    (
        "computation",
        (
            "computation|computation time|compute time|per gpu computation|per expert computation|"
            "compute load|compute|计算"
        ),
    ),
    ("devices", "gpu count|gpus|number of gpus|device count|gpu requirements|gpus needed|hardware|devices"),
    (
        "",
        (
            "utilization|utilisation|efficiency|accuracy|quality|cost|capacity|expert utilization|size|"
            "requirement|target|"
            "requirements|margin|headroom|load|loss|bandwidth|overhead|price"
        ),
    ),
)
LESS = words(
    "reduction reduce reduced reducing lower lowered decrease decreased less fewer saving save cut shorter drop"
)
MORE = words(
    "increase increased increasing improvement improve improved gain higher more boost faster speedup enhancement "
    "better enhance enhanced acceleration scaling speed"
)
BY_LESS = {
    "bubble": "reduction.bubble",
    "communication": "reduction.communication",
    "memory": "reduction.memory",
    "latency": "reduction.latency",
    "devices": "reduction.devices",
}
BY_TIMES = {
    "communication": "speedup.communication",
    "memory": "speedup.memory",
    "latency": "speedup.latency",
    "throughput": "speedup.throughput",
    "computation": "speedup.computation",
}
