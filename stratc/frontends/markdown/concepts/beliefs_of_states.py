"""What recomputation, FP8, rings and ZeRO are believed to save or divide: the words of beliefs.py."""

from __future__ import annotations

from stratc.frontends.markdown.concepts.belief import Belief, each_way
from stratc.frontends.markdown.concepts.belief_shapes import HAN, LESS, barred, does, done, gap, leaves, makes
from stratc.frontends.markdown.concepts.beliefs_of_memory import (
    DIVIDED,
    DIVIDES,
    HOLDS,
    SAVED,
    SAVES,
    SHARE,
    STATES,
    WEIGHTS,
)
from stratc.text.pattern import Pattern

_RECOMPUTE = (
    r"recomput(?:e|es|ed|ing|ation)|re-?materiali[sz](?:e|es|ing|ation)|remat|activation checkpointing"
    r"|gradient checkpointing|checkpointing of activations"
)
_OFF_RECOMPUTE = barred(
    "data pipeline expert context tensor",
    r"activations?(?!\s+and\b)|time|traffic|communication|bandwidth|reads?|loads?|to|from|for|where|when|input\S*"
    r"|leav\S*|keep\S*|kept|room|space|so|next|beside\S*",
)
_HELD = rf"{STATES}|gradients?(?![ -](?:check\S*|accum\S*|comput\S*|noise))|{WEIGHTS}"
_RECOMPUTE_HAN = r"(?:重计算|重算|激活检查点|激活重计算)"
_STATES_HAN = r"(?:优化器|动量|主权重|梯度(?!检查点)|adam|权重|参数)"
_SAVE_HAN = r"(?:省|减少|降低|缩小|压缩|减半|削减|降到|缩减)"
_FP8 = (
    r"fp8 (?:compute|computation|matrix products?|matrix multipli\S+|mat(?:rix )?mul\S*|gemms?|training|arithmetic"
    r"|math|forward\S*|tensor cores?|mixed precision|products?|multiplications?)"
    r"|(?:products|gemms|matmuls|multiplications|computing|compute|computation) in fp8"
)
_OFF_FP8 = barred("data precision", r"activations?|traffic|communication|time|bandwidth|to|from|for|so|next|beside\S*")
_LOW_STATES = Pattern(
    r"\b(?:8-bit|fp8|bf16|low-precision|lower-precision|int8|quanti\w+|fp16) (?:adam\w*|moments?|optimi\w+"
    r"|states?|first"
    r"|second|master)|moments? (?:\w+ ){0,2}(?:in|to|as) (?:fp8|bf16|8|int8)|(?:adam\w*|states?) in (?:fp8|bf16|8)",
    "adam|moment|optimi|state|first|second|master",
)
_SEQUENCE = (
    r"cp ?=? ?\d*|context[- ]parallel(?:ism| degree| ranks)?|sequence[- ]parallel(?:ism| degree| ranks)?"
    r"|ring attention|(?:the|a|this) ring|ulysses|sp ?= ?\d+"
)
_LOAD = (
    r"batch\S*|requests?|sequences?|tokens?|traffic|gradients?|time|communication|bandwidth|reads?|kv|cache\S*"
    r"|activations?|heads?|scores|attention|sends?|passes|moves?|rotat\S*|norms?|layernorms?|full|whole"
)
_OFF_SEQUENCE = barred("context", _LOAD)
_SHARDED = Pattern(r"\b(?:zero[- ]?\d?|fsdp\d?|hsdp|tp\d*|tensor\w*)\b|张量", "zero|fsdp|hsdp|tp|tensor|张量")
_STAGE_1 = r"zero ?(?:- ?|stage |- stage )?1"
_STAGE_2 = r"zero ?(?:- ?|stage |- stage )?2"
_OFF_ZERO = barred(
    "data sharding",
    r"optimi[sz]er states? of|zero\S*|stage|master|fp32|keep\S*|leav\S*|full|whole|entire|copies|copy"
    r"|replicated|of|for",
    r"reduce-scatter\S*|update[sd]?|gathers?|to|traffic|communication",
)
_CUT_ONLY = rf"{DIVIDES}|shards"
_CONTINUED = r"gradients?|weights?(?! (?:gradients?|copy))|parameters?"
_PARAMETERS = r"weights?(?! (?:gradients?|copy))|parameters?"
_IS_CUT = rf"(?:is|are|get|be)(?: (?:also|then|too|both|all|evenly))* (?:{DIVIDED})"
_OFF_KEPT = barred("data sharding", r"optimi[sz]er states? of|master|fp32|full|whole|entire|copies|copy|replicated")
SAVED_STATES: tuple[Belief, ...] = (
    *each_way(
        "states_by_recomputing",
        ("recomput|remat|re-mat|checkpointing", "optimi|adam|moment|master|gradient|weight|parameter|state|model"),
        (
            does(_RECOMPUTE, SAVES, _HELD, _OFF_RECOMPUTE, near=4),
            done(STATES, SAVED, _RECOMPUTE, _OFF_RECOMPUTE),
            makes(_RECOMPUTE, _HELD, rf"{LESS}|(?:take|takes|need|needs) no memory", _OFF_RECOMPUTE),
        ),
        unless=Pattern(r"\boffload\w*|\b(?:disk|storage|recovery|failure|restart|cache|hours?|minutes)\b"),
    ),
    *each_way(
        "states_by_recomputing",
        ("重计算|重算|检查点", "优化器|动量|主权重|梯度|adam|权重|参数"),
        (
            (
                rf"{_RECOMPUTE_HAN}{HAN}{{0,12}}{_SAVE_HAN}(?:了|掉|下)?(?:一半|大量"
                rf"|部分)?(?:的)?{HAN}{{0,3}}{_STATES_HAN}"
            ),
            (
                rf"{_RECOMPUTE_HAN}{HAN}{{0,3}},?{HAN}{{0,4}}{_STATES_HAN}(?:状态|显存|占用|的)*(?:也|会|就|可以|能"
                rf"|随之|同样)*{_SAVE_HAN}"
            ),
        ),
        unless=Pattern(r"激活(?:值|显存|内存)|恢复|故障|写盘|卸载"),
    ),
    *each_way(
        "states_by_products",
        ("fp8", "optimi|adam|moment|master"),
        (
            does(_FP8, SAVES, STATES, _OFF_FP8, near=4),
            done(STATES, SAVED, _FP8, _OFF_FP8),
            makes(_FP8, STATES, rf"{LESS}|(?:takes?|needs?) (?:only |just )?(?:one|1|two|2) bytes?", _OFF_FP8),
            (
                rf"(?:with|in|under) (?:{_FP8})\b,?{gap(1, _OFF_FP8)} (?:the )?(?:{STATES}){gap(2, _OFF_FP8)}"
                r" (?:takes?|needs?|occup\S+|shrinks? to|drops? to|falls? to|costs?) (?:only |just )?half\b"
            ),
        ),
        unless=_LOW_STATES,
    ),
    *each_way(
        "states_by_products",
        ("fp8", "优化器|动量|主权重|adam"),
        (
            rf"fp8 ?(?:矩阵|训练|计算|算力|gemm){HAN}{{0,12}}{_SAVE_HAN}{HAN}{{0,5}}(?:优化器|动量|主权重|adam)",
            (
                rf"fp8 ?(?:矩阵|训练|计算|算力|gemm){HAN}{{0,8}}(?:使|让|令|把){HAN}{{0,6}}(?:优化器|动量"
                rf"|主权重|adam){HAN}{{0,8}}"
                r"(?:减半|降低|减少|缩小|一半)"
            ),
        ),
        unless=_LOW_STATES,
    ),
    *each_way(
        "weights_by_context",
        ("cp|context|sequence|ring|ulysses|sp", "weight|parameter|model"),
        (
            does(_SEQUENCE, SAVES, WEIGHTS, _OFF_SEQUENCE, near=4),
            leaves(_SEQUENCE, HOLDS, rf"{SHARE}|a (?:part|slice|share)(?: of)?", WEIGHTS, _OFF_SEQUENCE),
            done(
                WEIGHTS,
                DIVIDED,
                r"(?:the |\d+ |all |its )*(?:ring|context[- ]parallel|cp|sequence[- ]parallel) ?"
                r"(?:ranks?|members|group|gpus?|ism|attention)",
                _OFF_SEQUENCE,
            ),
        ),
        unless=_SHARDED,
    ),
    *each_way(
        "weights_by_context",
        ("cp|序列并行|上下文并行|ring|环", "权重|参数"),
        (
            (
                rf"(?:\bcp ?=? ?\d*|序列并行|上下文并行){HAN}{{0,4}}[把将](?:权重|参数){HAN}{{0,3}}(?:切分|拆分"
                rf"|分摊|均分|平分|分割)"
            ),
            (
                rf"(?:\bcp ?=? ?\d*|序列并行|上下文并行|ring attention|环形注意力){HAN}{{0,10}}"
                rf"(?:切分|拆分|分摊|均分|平分|分割|减半|分担|减少|降低){HAN}{{0,6}}(?:权重|参数)"
            ),
        ),
        unless=Pattern(r"\btp\b|tp ?=? ?\d|张量|zero|fsdp"),
    ),
    *each_way(
        "shards_too_much",
        ("zero", "gradient|weight|parameter"),
        (
            does(_STAGE_1, _CUT_ONLY, _CONTINUED, _OFF_ZERO, near=6),
            does(_STAGE_2, _CUT_ONLY, r"weights?(?! gradients?)|parameters?", _OFF_ZERO, near=6),
            done(_CONTINUED, DIVIDED, _STAGE_1, _OFF_ZERO),
            done(r"weights?(?! gradients?)|parameters?", DIVIDED, _STAGE_2, _OFF_ZERO),
        ),
        unless=Pattern(r"\b(?:zero ?-? ?(?:stage )?3|fsdp\d?|stages 1)\b", "zero|fsdp|stages"),
    ),
    *each_way(
        "shards_too_much",
        ("zero", "gradient|weight|parameter"),
        (
            leaves(_STAGE_1, HOLDS, SHARE, _CONTINUED, _OFF_KEPT),
            leaves(_STAGE_2, HOLDS, SHARE, _PARAMETERS, _OFF_KEPT),
            makes(_STAGE_1, _CONTINUED, _IS_CUT, _OFF_ZERO),
            makes(_STAGE_2, _PARAMETERS, _IS_CUT, _OFF_ZERO),
        ),
        unless=Pattern(
            r"\b(?:zero ?-? ?(?:stage )?3|fsdp\d?|stages 1|tp\d*|tensor\S*|pp\d*|pipeline|ep\d*|experts?)\b",
            "zero|fsdp|stages|tp|tensor|pp|pipeline|ep|expert",
        ),
    ),
    *each_way(
        "shards_too_much",
        ("zero", "梯度|参数|权重"),
        (
            rf"zero ?-? ?1{HAN}{{0,6}}(?:切分|拆分|分片|分摊|均分|划分){HAN}{{0,8}}(?:梯度|(?<!主)权重|参数)",
            rf"zero ?-? ?1{HAN}{{0,3}},?(?:梯度|权重|参数)(?:也|会|都|同样)*(?:被)?(?:切分|拆分|分片|分摊|均分|划分)",
            rf"zero ?-? ?2{HAN}{{0,3}},?(?:权重|参数)(?:也|会|都|同样)*(?:被)?(?:切分|拆分|分片|分摊|均分|划分)",
            rf"zero ?-? ?2{HAN}{{0,3}}[把将](?:权重|参数)(?:切分|拆分|分片|分摊|均分|划分)",
            rf"zero ?-? ?1{HAN}{{0,3}}[把将](?:梯度|权重|参数)(?:切分|拆分|分片|分摊|均分|划分)",
            rf"zero ?-? ?2{HAN}{{0,6}}(?:切分|拆分|分片|分摊|均分|划分){HAN}{{0,8}}(?:(?<!主)权重|参数)",
        ),
        unless=Pattern(r"zero ?-? ?3|fsdp|主权重|参数的"),
    ),
)
