"""What the experts that a token uses are believed to say of memory: the words of beliefs.py."""

from __future__ import annotations

from stratc.frontends.markdown.concepts.belief import Belief, each_way
from stratc.frontends.markdown.concepts.belief_shapes import HAN, barred, does, gap
from stratc.text.pattern import Pattern

_ACTIVE = r"active(?: \S+)? (?:parameters?|weights?|experts?)|activated (?:parameters?|weights?|experts?)"
_STAY = r"(?:need|needs|have|has) to|must|should|are to|can|will|get|are"
_HELD_BY = r"(?:be )?(?:held|kept|stored|resident|loaded|present|fit|fits|reside|sit|live|stay|occup\S+)"
_MEMORY_OF = r"(?:gpu |device |the |card )*(?:memory|hbm|vram)"
_ELSEWHERE = Pattern(
    r"\b(?:offload\w*|host|cpu|swap\w*|stream\w*|page\w*|paging|nvme|ssd|disk|dram|prefetch\w*|demand|read"
    r"|traffic|cached?"
    r"|bandwidth|sram|l2|edge|activations?)\b|卸载|主机|内存池|流式|换入|读取|带宽",
)
_TOP_K = r"top[- ]?(?:k|\d+)(?: routing| gating)?|routing to (?:two|four|eight|\d+) experts"
_OFF_TOP_K = barred(
    "expert data",
    r"compute\S*|flops?|activations?|traffic|reads?|bandwidth|communication|active|tokens?|dispatch\S*|time"
    r"|latency|load"
    r"|fetch\S*|touch\S*|work",
)
_EXPERT_MEMORY = (
    r"(?:expert )?weights? memory|memory (?:of|for|taken by) (?:the |all )*(?:expert )?(?:weights?|parameters|experts?)"
    r"|(?:weights?|parameters?)(?! (?:reads?|traffic|read))|expert memory|model(?:'s)? (?:size|memory|footprint)"
)
_MULTIPLIES = r"doubl(?:e|es|ing)|multipl(?:y|ies|ying)|tripl(?:e|es|ing)|quadrupl(?:e|es|ing)"
SPARSITY: tuple[Belief, ...] = (
    *each_way(
        "only_active_held",
        ("activ", "memory|hbm|vram", "only|just|no more|not more|nothing but|need|has |have|must|no |zero"),
        (
            (
                rf"\b(?:only|just|no more than|nothing but) (?:the |its |\S+ )?(?:{_ACTIVE}|active ones)(?: "
                rf"\S+){{0,2}}?"
                rf" (?:{_STAY}) {_HELD_BY} (?:in|on|into) {_MEMORY_OF}"
            ),
            (
                rf"\bactive\b(?:[^;.?]|\.(?=\d)){{0,60}}\b(?:only|no more than|nothing but|not more than) (?:these"
                rf"|those|they|that)"
                rf" (?:{_STAY}) {_HELD_BY} (?:in|on|into) {_MEMORY_OF}"
            ),
            (
                rf"\b{_MEMORY_OF} (?:need|needs|has|have|must) (?:to )?(?:only |just )?(?:hold|store|fit|keep) "
                rf"(?:only |just )?"
                rf"(?:the )?(?:\S+ )?(?:{_ACTIVE})"
            ),
            (
                rf"\b(?:inactive|idle|unselected|unused) (?:experts?|parameters|weights) (?:need|take|use|occupy"
                rf"|cost|require)"
                rf" (?:no|zero) {_MEMORY_OF}"
            ),
            (
                rf"\b(?:gpu |device )?memory (?:is|need|needs?|requirement|depends)(?: \S+){{0,3}}? (?:only"
                rf"|just)(?: \S+){{0,3}}?"
                rf" (?:the |of |on |by )*(?:{_ACTIVE})"
            ),
        ),
        unless=_ELSEWHERE,
    ),
    *each_way(
        "only_active_held",
        ("experts", "only |experts that"),
        (
            (
                r"\bonly \d+ of (?:the )?\d+ experts are active,? (?:so )?(?:we |memory |a gpu |each gpu "
                r")?(?:only |just )?"
                r"(?:needs? to |has to |have to |must )?(?:hold|store|keep)s? (?:only |just )?(?:\S+ "
                r"){0,4}?(?:experts?|expert weights)\b"
            ),
            (
                r"\bexperts that (?:a|the) token (?:does not|doesn't) use (?:take up|take|need|occupy) no (?:gpu "
                r")?(?:memory|hbm)"
            ),
        ),
        unless=_ELSEWHERE,
    ),
    *each_way(
        "only_active_held",
        ("激活|活跃", "显存|hbm"),
        (
            rf"(?:只|仅|就){HAN}{{0,6}}(?:激活|活跃)(?:的)?(?:{HAN}{{0,6}})(?:参数|专家|权重){HAN}{{0,8}}(?:显存|hbm)",
            rf"(?:显存|hbm){HAN}{{0,4}}(?:只|仅|就){HAN}{{0,4}}按(?:激活|活跃)(?:的)? ?\d[\d.]* ?b",
            rf"(?:显存|hbm){HAN}{{0,4}}(?:只|仅|就){HAN}{{0,8}}(?:激活|活跃)(?:的)?{HAN}{{0,6}}(?:参数|专家|权重)",
            (
                r"(?:未激活|没有激活|不活跃|未被选中)的?(?:专家|参数|权重)[^,;。?]{0,4}不(?:占|需要|用|占用"
                r"|消耗)[^,;。?]{0,3}(?:显存|hbm)"
            ),
        ),
        unless=Pattern(r"卸载|主机|内存池|流式|换入|读取|带宽|offload|cpu|激活值|中间激活"),
    ),
    *each_way(
        "memory_by_top_k",
        ("top|routing to", "weight|parameter|memory|model|stor|held|hold|kept|keep"),
        (
            does(_TOP_K, _MULTIPLIES, _EXPERT_MEMORY, _OFF_TOP_K),
            (
                rf"\b(?:{_TOP_K})\b,?{gap(3, _OFF_TOP_K)} (?:weights?|experts?|parameters?)"
                rf"{gap(2, _OFF_TOP_K)} (?:counts?|needed|held|stored) (?:twice|(?:two|four|eight|\d+) times)\b"
            ),
            (
                rf"\b(?:{_TOP_K})\b{gap(6, _OFF_TOP_K)} (?:stor(?:e|es|ed)|hold|holds|held|keeps?"
                rf"|kept){gap(3, _OFF_TOP_K)}"
                r" (?:twice|(?:two|three|four|six|eight|\d+) times)\b"
            ),
        ),
        unless=Pattern(r"\b(?:active|read|reads|bandwidth|traffic|activations?|per token|flops?|compute)\b"),
    ),
    *each_way(
        "memory_by_top_k",
        ("top", "权重|参数|显存"),
        (
            (
                rf"top ?-? ?(?:k|\d+){HAN}{{0,10}}(?:权重|参数){HAN}{{0,3}}(?:的)?(?:显存|占用|存储|大小"
                rf"|体积){HAN}{{0,6}}"
                r"(?:翻倍|加倍|翻番|增加|变大|乘以|倍)"
            ),
            (
                rf"top ?-? ?(?:k|\d+){HAN}{{0,4}}(?:需要|要|得|存){HAN}{{0,2}}(?:[两二三四八]|\d+) "
                rf"?份{HAN}{{0,2}}(?:专家)?(?:权重|参数)"
            ),
            (
                rf"top ?-? ?(?:k|\d+){HAN}{{0,10}}(?:翻倍|加倍|成倍|倍增){HAN}{{0,6}}(?:权重"
                rf"|参数){HAN}{{0,3}}(?:显存|占用|存储)"
            ),
        ),
        unless=Pattern(r"激活(?:值|显存|参数)|读取|带宽|通信|流量"),
    ),
)
