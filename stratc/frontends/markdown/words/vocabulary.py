"""The one table of words: how plans call each fact, in which unit it comes, and where it may stand.

A row is the key, the phrases that come before its figure (as a label or in a sentence) and those that come after
("64 experts per layer").  Phrases are compared by stems, so plurals, hyphens and the names of devices do not matter;
the longest one wins.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from stratc.arith.unit import BYTE, BYTE_RATE, COUNT, FLOP_RATE, PARAMETER, REQUEST, SECOND, SEQUENCE, TOKEN, Dimension
from stratc.ir.scope import Topic


def words(text: str) -> frozenset[str]:
    """A set of words written in one string; what is compared with tokens stands as a stem: "copie" for "copies"."""
    return frozenset(text.split())


DEVICE_NAMES = ("gpu", "npu", "xpu", "device", "card", "chip", "accelerator")  # as plans call them
DEVICE_ROW = "|".join(DEVICE_NAMES)  # for the words of a pattern
DEVICE = f"(?:{DEVICE_ROW})"  # for patterns, which ignore case
CHOSEN = "chosen|selected|recommended|adopted|preferred|our choice|this plan"  # of several, the one that is the plan
DEVICES = words("gpu")  # the stem of all of them


class Form(Enum):
    """What the value of a fact is."""

    INTEGER = "integer"
    NUMBER = "number"
    FRACTION = "fraction"
    EXTENT = "extent"  # a number or a range
    WORD = "word"


class Row(NamedTuple):
    """One fact: see the module.

    `below` are topics that a section must have, `unless` words beside it that forbid it, `never` words that do so
    anywhere in the sentence; those of scripts without blanks also inside a longer word.
    """

    key: str
    before: str = ""
    after: str = ""
    form: Form = Form.INTEGER
    units: tuple[Dimension, ...] = (COUNT,)
    below: tuple[Topic, ...] = ()
    unless: str = ""
    never: str = ""


_BYTES, _RATE, _FLOPS, _TIME = (BYTE,), (BYTE_RATE,), (FLOP_RATE,), (SECOND,)
_TOKENS, _SEQUENCES, _PARAMETERS = (COUNT, TOKEN), (COUNT, SEQUENCE, REQUEST), (COUNT, PARAMETER)
_MACHINES = (Topic.HARDWARE,)
_PART = (
    "required require total aggregate effective used usage utilization utilisation token headroom margin "
    "footprint efficiency budget requirement available peak savings saved reduction balance tolerance"
)

_UNUSED = " unused idle spare reserved remaining redundant free failed"

ROWS: tuple[Row, ...] = (
    Row(
        "hardware.device_count",
        "total gpus available|available gpus|total available gpus|gpu availability|gpus available|可用gpu|可用卡数",
    ),
    Row(
        "strategy.device_count",
        "total gpus|total gpu count|number of gpus|gpu count|total number of gpus|gpus used|gpus utilized|"
        "gpus utilised|total gpus used|gpus in total|total gpus required|gpus required|required gpus|world size|"
        "total gpus needed|gpu total|total ranks|total gpu usage|gpus altogether|gpus in all|gpus overall|all gpus|"
        "gpus together|overall gpus|ranks in total|ranks in all|number of ranks|"
        "总gpu|gpu总数|总卡数|gpu数量|卡数|npu数量|总npu|设备总数",
        "gpus total|gpus in total|total gpus|gpus altogether|gpus in all|gpus overall|gpus all told|ranks in total|"
        "ranks in all|ranks altogether|卡|张卡",
        unless="memory vram power compute per bandwidth flops" + _UNUSED,
    ),
    Row(
        "hardware.device_count",
        "gpus",
        below=_MACHINES,
        unless="memory per" + _UNUSED,
    ),
    Row(
        "hardware.devices_per_node",
        "gpus per node|gpus per server|per node gpus|单机卡数|每节点gpu数|每节点卡数",
        "gpus per node|gpus each node|gpus per server|gpus per host",
    ),
    Row(
        "hardware.peak_flops",
        "single card computing power|single gpu|gpu computing|computing power|compute power|gpu compute|peak compute|"
        "peak flops|"
        "peak performance|compute capability|compute capacity|gpu flops|flops|compute performance|computing capacity|"
        "gpu performance|compute|fp16 compute|bf16 compute|fp8 compute|peak throughput|tensor performance|peak|"
        "peak tflops|tflops|算力|单卡算力|峰值算力|单卡峰值|峰值性能",
        "computing power|compute power|peak compute|peak|compute",
        Form.NUMBER,
        _FLOPS,
        unless="effective required total aggregate achieved utilized utilization actual sustained system attention "
        "expert operation mfu usable realistic achievable cluster fleet pool",
    ),
    Row(
        "hardware.peak_flops",
        "single card|gpu|each gpu|per gpu",
        "fp16|bf16|fp8|dense|fp16 dense|bf16 dense|fp8 dense|per gpu|each",
        Form.NUMBER,
        _FLOPS,
        _MACHINES,
        "effective required total aggregate achieved actual sustained system mfu utilization usable achievable",
    ),
    Row(
        "hardware.mfu",
        "mfu|mfu utilization|model flops utilization|target mfu|mfu target",
        "mfu|mfu utilization|model flops utilization",
        Form.FRACTION,
        unless="effective achieved expected realised realized actual measured observed 目标 实测",
    ),
    Row(
        "hardware.memory",
        "video memory capacity|memory capacity|vram capacity|gpu memory capacity|hbm capacity|single gpu memory|"
        "single gpu vram|gpu vram|vram per gpu|single card video memory capacity|gpu memory|gpu memory per gpu|"
        "gpu memory size|hbm|vram|hbm memory|gpu memory limit|limit|显存|显存容量|单卡显存|显存大小",
        "vram|video memory|gpu memory|hbm|hbm3|hbm2e|hbm3e|gpu|memory each|memory per gpu|vram per gpu|vram each|"
        "gpu memory limit|gpu capacity|gpu limit|gpu vram|per gpu capacity|memory capacity|vram capacity|capacity|"
        "gpu memory capacity|vram limit|limit|gpu memory per gpu|显存",
        Form.NUMBER,
        _BYTES,
        unless=_PART + " system cpu host kv cache weight parameter activation allocation buffer usage distribution "
        "workspace optimizer gradient layout saving saved ddr5 ddr4 dram",
        never="占用 使用 消耗 需求 开销 剩余 节省",
    ),
    Row(
        "hardware.memory",
        "memory|memory per gpu|per gpu memory|memory size",
        "memory|each|per gpu",
        Form.NUMBER,
        _BYTES,
        _MACHINES,
        _PART + " system cpu host node kv cache weight parameter activation allocation ddr5",
    ),
    Row(
        "hardware.memory_bandwidth",
        "vram bandwidth|memory bandwidth|hbm bandwidth|gpu memory bandwidth|gpu bandwidth|显存带宽|内存带宽",
        "vram bandwidth|memory bandwidth|hbm bandwidth|video memory bandwidth|gpu memory bandwidth",
        Form.NUMBER,
        _RATE,
        unless="effective utilized required nvlink pcie node inter intra",
    ),
    Row(
        "hardware.memory_bandwidth",
        "bandwidth",
        "bandwidth",
        Form.NUMBER,
        _RATE,
        _MACHINES,
        "effective utilized required nvlink pcie node inter intra network interconnect link infiniband total",
    ),
    Row(
        "hardware.bandwidth_utilization",
        "bandwidth utilization|vram bandwidth utilization|memory bandwidth utilization|bandwidth efficiency|带宽利用率",
        "bandwidth utilization|vram bandwidth utilization|memory bandwidth utilization|of vram bandwidth|"
        "of memory bandwidth|bandwidth efficiency",
        Form.FRACTION,
        unless="nvlink tp ep overall pcie",
    ),
    Row(
        "hardware.link_bandwidth",
        "nvlink|nvlink bandwidth|intra node bandwidth|nvswitch|intra node|hccs|inter gpu bandwidth|"
        "inter gpu communication|gpu to gpu bandwidth|机内带宽|节点内带宽",
        "nvlink|nvlink bandwidth|intra node bandwidth",
        Form.NUMBER,
        _RATE,
        unless="utilization",
    ),
    Row(
        "hardware.network_bandwidth",
        "infiniband|ib|infiniband bandwidth|inter node bandwidth|network bandwidth|inter node|roce|ethernet|"
        "cross node bandwidth|between nodes|between servers|节点间带宽|网络带宽|节点间|机间",
        "infiniband|ib|inter node bandwidth|network bandwidth|roce|ethernet|between nodes|between servers|"
        "per gpu between nodes|per gpu between servers",
        Form.NUMBER,
        _RATE,
        unless="utilization vram hbm memory",
    ),
    Row(
        "model.parameters",
        "parameters|total parameters|model parameters|model size|parameter count|number of parameters|total params|"
        "params|model scale|参数量|模型参数|总参数|总参数量|模型规模",
        "parameters|params|total parameters|parameter model|model|weights|moe model|dense model|llm|参数",
        Form.NUMBER,
        _PARAMETERS,
        unless="active activated expert attention per gpu device shard layer embedding mlp router "
        "trainable each moe dense shared ffn non sparse",
        never="单层 每层 每个专家",
    ),
    Row(
        "model.layers",
        "layers|total layers|number of layers|num layers|transformer layers|layer count|decoder layers|"
        "number of transformer layers|model layers|hidden layers|层数|总层数|模型层数",
        "transformer layers|decoder layers|total layers|transformer blocks|layers total|层",
        unless="stage dense per moe gpu one single each every",
    ),
    Row(
        "model.dense_layers",
        "dense layers|number of dense layers",
        "dense layers|dense transformer layers",
        unless="per",
    ),
    Row("model.moe_layers", "moe layers|number of moe layers|sparse layers", "moe layers|sparse layers", unless="per"),
    Row(
        "model.hidden_size",
        "hidden size|hidden|hidden dimension|hidden dim|token dimension|token dim|model dimension|model dim|d model|"
        "d_model|"
        "embedding dimension|embedding size|token embedding dimension|model width|hidden_size|"
        "token embedding size|隐藏层维度|隐藏维度|隐藏层大小|token维度",
        "hidden dimension|hidden size|token dimension|token dim|hidden dim|dimensional tokens|hidden",
        unless="moe expert ffn mlp intermediate feed per split head kv",
    ),
    Row(
        "model.heads",
        "attention heads|heads|number of heads|num heads|query heads|number of attention heads|mha heads|"
        "total heads|num_attention_heads|注意力头数|头数|注意力头",
        "attention heads|query heads|heads|个注意力头|个头",
        unless="kv per key dimension size group gpu lm embedding",
    ),
    Row(
        "model.kv_heads",
        "kv heads|kv_heads|n_kv_heads|key value heads|number of kv heads|num kv heads|gqa groups|kv头数",
        "kv heads|key value heads",
        unless="per",
    ),
    Row(
        "model.head_dim",
        "head dimension|head dim|head_dim|head size|dimension of each head|dim of each head|"
        "dimension per head|dim per head|per head dimension|"
        "size per head|每头维度|头维度",
        "dimensions per head|dims per head|dimensional heads|head dimension|dimensions each|dims each|d per head",
    ),
    Row(
        "model.sliding_window",
        "sliding window|sliding window size|sliding window attention|attention window|window size|"
        "sliding window length|滑动窗口",
        "sliding window|token sliding window|token window",
        units=_TOKENS,
        unless="batching time rate congestion",
    ),
    Row(
        "model.expert_hidden_size",
        "moe hidden size|expert hidden size|moe hidden dimension|expert hidden dimension|moe hidden dim|"
        "moe intermediate size|expert intermediate size|expert ffn size|expert ffn hidden size|expert dimension|"
        "moe ffn hidden size|moe ffn size|expert ffn dimension|moe mlp hidden size|expert mlp hidden size|"
        "moe expert hidden size|moe dimension|moe hidden|expert hidden|"
        "expert width|routed expert width|expert inner width|expert ffn|expert mlp|moe ffn|moe intermediate|"
        "expert intermediate dimension|expert intermediate|routed expert intermediate|"
        "moe隐藏层大小|专家隐藏维度|专家 ffn|专家ffn",
        "moe hidden size|moe hidden dimension|expert hidden size|expert hidden dimension",
        unless="per shared",
    ),
    Row(
        "model.ffn_hidden_size",
        "ffn hidden size|mlp hidden size|intermediate size|feed forward dimension|ffn dimension|ffn size|"
        "ffn hidden dimension|feed forward size|mlp hidden dimension|feed forward hidden size|ffn intermediate size|"
        "mlp dimension|mlp size|ffn dim|feedforward dimension|feedforward size|d ff|d_ff|dff|ffn hidden|"
        "ffn width|mlp width|feed forward width|feedforward width|mlp intermediate size|ffn|ffn隐藏维度|前馈维度",
        "ffn hidden size|intermediate size|ffn hidden dimension",
        unless="per moe expert",
    ),
    Row(
        "model.vocab_size",
        "vocabulary size|vocab size|vocabulary|vocab|词表|词表大小|词汇表大小",
        "vocabulary|vocab|token vocabulary|vocabulary size",
        units=(COUNT, TOKEN),
    ),
    Row(
        "model.experts",
        "experts per layer|number of experts|experts|num experts|routed experts|experts per moe layer|expert count|"
        "expert number|total experts per layer|moe experts|number of experts per layer|每层专家数|专家数|专家数量|"
        "路由专家|每层专家",
        "experts per layer|experts per moe layer|experts each layer|experts in each layer|routed experts|"
        "experts layer|个专家|个路由专家",
        unless="gpu device total group active activated backup hidden dimension size shared stage rank parallel "
        "node ep card replicated per redundant spare",
    ),
    Row(
        "model.top_k",
        "top k|topk|top k gate|expert top k|top k gating|top k routing|active experts|activated experts|"
        "experts per token|active experts per token|top_k|routing top|每token激活专家数|激活专家数|"
        "每 token 激活专家|每 token 激活专家数|每token激活专家|激活专家",
        "experts per token|active experts per token|experts active per token|activated experts|active experts|"
        "experts activated per token|experts activated|activated experts per token",
        unless="gpu device stage",
        never="temperature sampling top_p topp repetition greedy",  # which choose tokens, not experts
    ),
    Row(
        "workload.batch_size",
        "global_batch_size|train_batch_size|global_bsz|"
        "batch size|global batch size|global batch|batch|gbs|total batch size|batchsize|"
        "request batch size|recommended batch size|sequences per step|sequences per optimizer step|sequences "
        "per update|"
        "sequences per iteration|sequences per training step|samples per step|samples per update|rows per step|"
        "max batch size|maximum batch size|batch_size|批大小|批次大小|批量大小|全局批大小",
        "sequences per batch|batch size|global batch size|sequences in a batch|sequence batch|sequences per step|"
        "sequences per optimizer step|sequences per update|sequences per iteration|sequences per training step",
        units=_SEQUENCES,
        unless="micro mini per memory microbatch local latency effective token",
    ),
    Row(
        "workload.accumulation_steps",
        "gradient_accumulation_steps|accumulation_steps|grad_accum_steps|grad_accum|grad accum steps|"
        "gradient accumulation steps|gradient accumulation|accumulation steps|accumulation|accumulation rounds|"
        "accumulation factor|grad accumulation|grad accum|gas",
        "gradient accumulation steps|accumulation steps|accumulation rounds|accumulation micro steps|rounds of "
        "accumulation",
        unless="size per latency",
    ),
    Row(
        "workload.micro_batches",
        "num_microbatches|num_micro_batches|n_microbatches|number_of_micro_batches|"
        "micro batches|micro batch 数|micro batches 数|number of micro batches|num micro batches|micro batch count|"
        "micro batch number|in flight micro batches|微批次数|微批次数量|微批数|微批次",
        "micro batches|micro batches per batch|micro batches per replica|micro batches per pipeline|"
        "micro batches per step|micro batches per dp rank|micro batches in flight|in flight micro batches|"
        "个微批次|个微批|个 micro batch|个 microbatch",
        unless="size per latency",
    ),
    Row(
        "workload.micro_batches",
        "micro batches per step|micro batches per batch|micro batches per iteration|micro batches per pipeline|"
        "micro batches per replica|micro batches per dp rank|micro batches per dp|per dp micro batches|"
        "per dp micro batch|per dp micro batch 数|per dp micro batches 数|每副本微批数|每副本微批次数|每dp微批数",
        unless="size latency",
    ),
    Row(
        "workload.micro_batch_size",
        "micro_batch_size|micro_bsz|per_device_train_batch_size|per_device_batch_size|train_micro_batch_size_per_gpu|"
        "sequences per micro batch|samples per micro batch|"
        "micro batch size|micro batch|mbs|per gpu batch size|微批次大小|微批大小",
        "micro batch size|sequences per micro batch|samples per micro batch",
        units=_SEQUENCES,
    ),
    Row(
        "workload.sequence_length",
        "seq_length|sequence_length|max_seq_length|max_length|context_length|max length|"
        "sequence length|seq length|seq len|seq_len|seq|tokens per sequence|tokens per sample|max sequence "
        "length|maximum sequence length|context length|"
        "max seq|context of|max seq len|context window|max context length|maximum context length|"
        "average context|average context length|avg context|mean context|mean context length|typical context|"
        "average sequence length|avg sequence length|mean sequence length|typical sequence length|"
        "sequence length range|sequence range|"
        "sequences up to|sequences of up to|sequences of at most|max_seq_len|max sequence len|"
        "序列长度|最大序列长度|上下文长度",
        "token sequences|tokens per sequence|sequence length|token context|tokens sequence length|context length|"
        "max sequence length|max tokens per sequence|maximum tokens per sequence",
        Form.EXTENT,
        _TOKENS,
        unless="prompt output input generation partition per num",
    ),
    Row(
        "workload.prompt_length",
        "prompt length|input length|prompt tokens|input tokens|input sequence length|prompt|prompts have|input|"
        "prefill length|prefill|input len|输入长度|提示词长度|输入|平均输入|平均输入长度",
        "token prompt|input tokens|prompt tokens|tokens input",
        Form.EXTENT,
        _TOKENS,
        unless="output time latency throughput memory per",
    ),
    Row(
        "workload.output_length",
        "output length|output tokens|output|generation length|generated tokens|output sequence length|decode length|"
        "output len|max output tokens|max new tokens|输出长度|生成长度|输出|平均输出|平均输出长度",
        "output tokens|generated tokens|tokens output|new tokens",
        Form.EXTENT,
        _TOKENS,
        unless="per time latency throughput",
    ),
    Row(
        "target.ttft",
        "ttft|time to first token|first token latency|first token|ttft target|ttft requirement|target ttft|"
        "首token延迟|首字延迟|首token时延",
        "ttft|ttft target|ttft requirement",
        Form.NUMBER,
        _TIME,
    ),
    Row(
        "target.tpot",
        "tpot|time per output token|inter token latency|decode per token|per token latency|itl",
        "tpot|tpot target",
        Form.NUMBER,
        _TIME,
    ),
    Row(
        "strategy.devices_per_stage",
        "gpus per stage|gpus per pipeline stage|每阶段gpu数|每阶段卡数",
        "gpus per stage|gpus per pipeline stage|gpus each stage|gpus/stage|gpus in each stage|gpus per pp stage",
    ),
    Row(
        "strategy.layers_per_stage",
        "layers per stage|layers per pipeline stage|layers per pp stage|layers/stage|layers each stage|"
        "layers per gpu|layers per rank|每阶段层数|每stage层数|每卡层数",
        "layers per stage|layers per pipeline stage|layers each stage|layers/stage|layers per pp stage|"
        "consecutive layers per stage|transformer layers per stage|layers in each stage|consecutive layers",
    ),
    Row(
        "strategy.experts_per_device",
        "routed experts per gpu|routed experts per rank|routed experts on a gpu|routed experts on each gpu|"
        "routed experts per gpu and layer|routed experts per gpu per layer|routed experts per layer and gpu|"
        "experts per gpu|experts per rank|local experts|experts/gpu|experts per ep rank|experts on a gpu|"
        "experts on each gpu|"
        "experts of a gpu|experts of each gpu|experts of a rank|experts on a rank|experts held by a gpu|experts a gpu|"
        "experts per gpu and layer|experts per gpu per layer|experts per layer and gpu|experts per rank and layer|"
        "experts per layer per gpu|每卡专家数|每gpu专家数",
        "experts per gpu|experts per rank|experts each gpu|experts on each gpu|experts/gpu|experts per ep rank|"
        "experts per gpu per layer",
        unless="backup standby group spare redundant",
    ),
    Row(
        "strategy.heads_per_device",
        "heads per gpu|attention heads per gpu|query heads per gpu|heads per tp|attention heads per tp|"
        "heads per rank|heads per tp rank|heads per tp group|每卡头数",
        "heads per gpu|attention heads per gpu|heads per tp|heads per tp group|heads per rank|heads per tp rank|"
        "heads each gpu|query heads per gpu",
        unless="kv",
    ),
    Row(
        "strategy.capacity_factor",
        "capacity factor|expert capacity factor|moe capacity factor|expert capacity|容量因子",
        "capacity factor|expert capacity factor",
        Form.NUMBER,
    ),
    Row("strategy.zero_stage", "zero|zero stage|zero_stage|deepspeed zero", form=Form.INTEGER),
    Row(
        "strategy.vpp",
        "virtual pipeline stages|virtual stages|vpp|interleaved stages per gpu|virtual stages per gpu",
        "model chunks|model chunks per gpu|virtual stages per gpu",
    ),
)

DEGREES: dict[str, str] = {
    # how each axis of parallelism is called: key, phrases
    "strategy.tp": "tp_degree|tp_size|tensor_parallel_size|tensor_parallel_degree|tensor_parallelism|"
    "tensor parallelism|tensor parallel|tensor model parallelism|tensor model parallel|tp|"
    "ici_tensor_parallelism|tensor parallelization|张量并行|张量并行度",
    "strategy.pp": "pp_degree|pp_size|pipeline_parallel_size|pipeline_parallel_degree|pipeline_parallelism|"
    "pipeline parallelism|pipeline parallel|pipeline model parallelism|pipeline model parallel|pp|"
    "ici_pipeline_parallelism|"
    "流水线并行|流水线并行度|流水并行",
    "strategy.dp": "dp_degree|dp_size|data_parallel_size|data_parallel_degree|data_parallelism|data parallelism|"
    "data parallel|dp|request level parallelism|数据并行|数据并行度",
    "strategy.ep": "ep_degree|ep_size|expert_parallel_size|expert_parallel_degree|expert_parallelism|"
    "expert parallelism|expert parallel|expert model parallelism|expert model parallel|ep|ici_expert_parallelism|"
    "moe parallelism|专家并行|专家并行度",
    "strategy.sp": "sp_degree|sp_size|sequence_parallel_size|sequence_parallelism|sequence parallelism|"
    "sequence parallel|sp|序列并行|序列并行度",
    "strategy.cp": "context parallelism|context parallel|cp|ulysses|上下文并行|上下文并行度",
    "strategy.expert_tp": "expert tensor parallelism|expert tensor parallel|etp|expert tp|moe tp",
    "strategy.vpp": "virtual pipeline parallelism|virtual pipeline|vpp|virtual pipeline parallel|"
    "virtual pipeline model parallelism|virtual pipeline model parallel",
}

FRAMEWORKS: tuple[str, ...] = (
    "Megatron-LM", "Megatron-Core", "Megatron-DeepSpeed", "DeepSpeed", "vLLM", "SGLang", "TensorRT-LLM", "torchtitan",
    "FSDP", "NeMo", "Colossal-AI", "MindSpeed", "MindIE", "Megatron", "Accelerate",
)  # fmt: skip
ACCELERATORS = (
    r"(?:(?:NVIDIA|AMD|Intel|Huawei|Google|Tesla|GeForce|Instinct|Habana|AWS|Cloud) )*(?:[HD]GX (?=\S+ GPUs?\b))?"
    r"(?:GB[23]00|GH200|H(?:100|200|800|20)|A(?:100|800|6000|10G?|30|40)|L(?:40S?|4)|V100|P100|B[123]00|MI\d{3}[AX]?|"
    r"(?:Ascend[ -]?)?910[ABC]\d?|Ascend[ -]\d{3,}\w*|RTX[ -]?A?\d{4}|RTX PRO \d{4}|TPU ?(?:v\d\w*|7x)|"
    r"(?:TPU )?(?:Trillium|Ironwood)|Gaudi[ -]?\d|Trainium ?\d?|Trn\d|T4)"
    r"(?: (?:Grace Hopper|Blackwell|Trillium|Ironwood))?"
    r"(?:[ -](?:SXM\d?|PCIe|NVL\d*|\d{2,3} ?GB|(?:40|80)G\b|HBM\d\w*)|-\d{2,3}G\b|"
    r"(?<![vV]\d)(?<!\dp)-(?:32|40|80|94|96|141|180|192)(?![\w.]))*"
)
ACCELERATOR_PARTS = (
    *("A1", "A3", "A4", "A6", "A8", "B1", "B2", "B3", "H1", "H2", "H8", "L4", "P100", "T4", "V100", "MI"),
    *("910", "RTX", "Ascend", "TPU", "Trillium", "Ironwood", "Gaudi", "Trainium", "Trn"),
)
"""One of these stands in every name of an accelerator."""
FAMILY_NAMES = (
    "LLaMA|LLAMA|Qwen|QwQ|Mixtral|Mistral|DeepSeek|GPT|GLM|ChatGLM|Yi|Baichuan|Falcon|OPT|BLOOM|Gemma|Phi|Kimi|Grok|"
    "PanGu|ERNIE|InternLM|DBRX|OLMo|PaLM|GShard|T5|BERT|MiniMax|Hunyuan|Arctic|Nemotron|MiMo|gpt-oss|Pythia|MPT|"
    "StarCoder|StableLM|SmolLM|Granite|Moonlight|Llama"
)
FAMILIES = rf"(?:Meta-)?(?:(?:Code ?|Tiny)Llama|{FAMILY_NAMES}|Command[ -]R\+?)"
MEMBERS = r"Next|Coder|H|K\d|R\d|Lite|Nano|Small|Medium|Mini|Nemo|NeoX|Neo|J|OSS|Scout|Maverick|Flash|Air|Thinking|VL"
"""Words that part the models of a family."""
SPACED_MEMBERS = (
    r"(?:Coder|Lite|Nano|Mini|Small|Medium|XL|Nemo|Scout|Maverick|Air|Super|Ultra|Nemotron|Thinking|LLM|OSS|VL|R\d|"
    r"[KM]\d[.\d]*|Distill[ -](?:Llama|Qwen)[\d.]*)(?![A-Za-z]|[- ]?[Bb]atch)|Next(?=[ -]\d|[^\w\s-]|\s*$)"
)
"""Those of them that no sentence puts behind a family's name otherwise."""
WORD_FACTS: dict[str, tuple[tuple[str, str | bool], ...]] = {
    # key: phrases and the value each stands for
    "strategy.schedule": (
        (
            "interleaved 1f1b|1f1b interleaved|interleaved pipeline|interleaved schedule|interleaved scheduling",
            "interleaved",
        ),
        ("1f1b|one forward one backward", "1f1b"),
        ("gpipe", "gpipe"),
        ("dualpipe", "dualpipe"),
        ("zero bubble|zb h1", "zb-h1"),
    ),
    "strategy.recompute": (
        (("selective recompute|selective recomputation|selective activation recomputation|selective checkpointing|"
         "selective activation checkpointing"), "selective"),
        (("activation checkpointing|gradient checkpointing|activation recomputation|activation recompute|"
         "full recomputation|full recompute|激活重计算"), "full"),
    ),
    "strategy.attention_kernel": (("flash attention|flashattention|flashattention 2|flash attention 2", "flash"),),
    "model.attention": (
        ("grouped query attention|gqa", "gqa"),
        ("multi query attention|mqa", "mqa"),
        ("multi head latent attention|mla", "mla"),
        ("multi head attention|mha|multi head self attention", "mha"),
    ),
    "model.gated": (("swiglu|geglu|gated mlp|gated ffn", True),),
    "model.norm": (("rmsnorm|rms norm", "RMSNorm"), ("layernorm|layer norm", "LayerNorm")),
    "model.position_embedding": (
        ("rope|rotary|rotary position embedding|rotary embeddings", "rope"),
        ("alibi", "alibi"),
        ("learned position embeddings|learned positional embeddings", "learned"),
    ),
}  # fmt: skip
