"""What sentences say of the work of equal parts, and of parts that work in turn: the words, as in mistaken.py."""

from __future__ import annotations

_SAME = r"(?:the same|same|equal|identical|an equal|an identical|even)"
_OF_TOKEN = (
    r"(?: (?:of|per|for))?(?: (?:a|each|one|every|the|single))*(?: (?:token|request|user|prompt|sequence|step))?"
)
_PART = (
    r"(?:(?:a|one) (?:half|third|quarter|fifth|sixth|eighth|tenth|sixteenth)|\d+ time (?:lower|shorter|less|smaller))"
)
_BE = r"(?:is|are|become|be|fall|drop|shrink)(?: (?:also|thu|therefore|then|only|to|by|down))*"
_LATENCY = r"(?:latency|tpot|ttft|response time|time per token)"
_PIPELINE = r"(?:pp ?\d*|pipeline|pipeline (?:parallelism|parallel|stage))"
_ONE = r"(?:latency|tpot|(?:single|one|a) (?:request|token|user))"
_GAIN = r"(?:gain|speed ?-? ?up|improvement|reduction)"
# concept, words of which one must stand in the sentence, and what says it in stems
SAID_OF_PARTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "devices_beside",
        ("other", "remaining", "second half", "rest of"),
        (
            r"\b(?:(?:the |an)?other|the remaining) \d+ gpu\b"
            r"|\b(?:other|second|remaining) half of the (?:gpu|node|server)\b"
        ),
    ),
    (
        "attention_work_equal",
        ("work", "load", "compute", "balanc", "causal", "flop", "负载", "均衡"),
        (
            rf"\b(?:{_SAME} (?:amount of |share of )?(?:attention )?(?:workload|work|load|compute|computation|flop)\b"
            rf"|attention (?:work|compute|computation|flop) (?:is|are|stay) {_SAME}\b"
            r"|(?:load|work) (?:is|are|stay)(?: \w+)? (?:balanced|equal|even)\b|load balance : pas)"
            r"|(?:负载|计算量)(?:完全|都|天然)?(?:均衡|相同|一致)"
        ),
    ),
    (
        "causal_mask_ignored",
        ("causal", "因果"),
        (
            r"\bcausal (?:mask|masking|attention) (?:\w+ )?(?:need|require|change|cost|make) (?:no|nothing)\b"
            r"|(?:无需|不需要)(?:特别|额外)?(?:处理|考虑) ?(?:因果|causal)|因果掩码(?:无需|不需要|不影响)"
        ),
    ),
    (
        "blocks_contiguous",
        ("contiguous", "consecutive", "successive", "token", "连续"),
        (
            r"\b(?:contiguous|consecutive|successive) (?:\w+ ){0,2}?"
            r"(?:block|chunk|slice|range|half|third|quarter|eighth|part|segment|token|piece)\b"
            r"|\b(?:hold|get|own|take|store|keep) (?:the )?token (?:from )?\w+ (?:[*×] ?)?\d"
            r"|连续的?(?:\w{0,6})(?:块|段|片)"
        ),
    ),
    (
        "blocks_interleaved",
        ("zig", "strip", "head", "early", "interleav", "two chunk", "2 chunk", "reorder", "balanced ring", "permut"),
        (
            r"\b(?:zig ?-? ?zag\w*|strip(?:ed|ing|e)|head ?-? ?(?:and ?-? ?)?tail|interleav\w* token|early and"
            r"|(?:two|2) chunk|reorder\w*|permut\w*|(?:load )?- ?balanced ring)\b"
        ),
    ),
    (
        "stages_of_equal_memory",
        ("memory", "vram", "hbm"),
        (
            r"\b(?:(?:every|each|all)(?: pipeline| pp)? stage (?:hold|use|need|take|have|has|require)(?: exactly)?"
            rf" {_SAME} (?:amount of )?(?:memory|vram|hbm)"
            rf"|(?:memory|vram|hbm)(?: use| usage| load)? (?:is|are|stay) {_SAME} (?:on|in|for|across|over|between)"
            r" (?:all|every|each)(?: pipeline| pp)? stage)\b"
        ),
    ),
    (
        "weights_in_cache",
        ("l2", "sram", "on-chip", "last-level"),
        (
            r"\b(?:weight|parameter|layer|stage|group|partition|model)(?: (?!but\b)[\w().,/-]+){0,10}?"
            r" (?:fit|fitting|reside|resident|stay|staying|live|remain|kept|held|pinned|cached)(?: \w+){0,3}?"
            r" (?:in|into|inside|within|on)(?: [\w().+]+){0,6}?"
            r" (?:l2|sram|on - gpu (?:cache|memory|sram|l2)|last - level cache)\b"
        ),
    ),
    (
        "fp8_computed",
        ("fp8", "float8"),
        (
            r"\b(?:fp8|float8) (?:\w+ )?(?:matmul|gemm|math|compute|computation|arithmetic"
            r"|(?:tensor|matrix)(?: -)? (?:core|unit))\b"
            r"|\b(?:fp8|float8)\b[^;]{0,32}?(?:\bfaster\b|\bspeed ?-? ?up\b"
            r"|\bdouble (?:the )?(?:flop|throughput|rate|speed))"
        ),
    ),
    (
        "latency_by_pipeline",
        ("latency", "tpot", "ttft", "response time", "time per token", "faster", "延迟", "时延"),
        (
            rf"\b{_PIPELINE} (?:also |again |further |then )?(?:cut|halve|reduce|lower|shorten|divide)"
            rf"(?: \w+){{0,2}}? (?:the )?{_LATENCY}"
            r"|(?:pp ?\d*|流水线)[^,.，。；通网不]{0,12}(?:延迟|时延)[^,.，。；]{0,4}(?:减半|降低|缩短|减少|除以)"
        ),
    ),
    (
        "latency_by_spreading",
        ("latency", "tpot", "ttft", "response time", "time per token", "faster"),
        (
            rf"\b(?:stage|layer|gpu)\b[^;]{{0,48}}? (?:so|hence|thus|therefore)(?: that)?(?: the)? {_LATENCY}"
            rf"{_OF_TOKEN} {_BE} (?:{_PART}|divided by \d+|halved)"
            rf"|\b(?:visit|pas|go through|cros)(?: \w+){{0,6}} (?:stage|gpu)[^;]{{0,24}}? {_LATENCY}{_OF_TOKEN}"
            rf" {_BE} (?:{_PART}|divided by \d+|halved)"
            rf"|\b(?:token )?{_LATENCY}{_OF_TOKEN} {_BE} (?:divided by \d+|halved)[^;]{{0,24}}?"
            r" (?:because|since|as)(?: \w+){1,5} (?:visit|pas|go through|cros)(?: \w+){0,6} (?:stage|gpu)"
            r"|\b(?:spreading|distributing|placing|splitting|spread) (?:the )?(?:\d+ )?layer (?:over|across|on|among)"
            r"(?: \w+){1,5} make (?:each|every|a|one) (?:token|request) (?:\d+(?:\.\d+)? time )?faster"
            rf"|^{_PIPELINE} {_LATENCY} (?:÷|/) \d"
        ),
    ),
    (
        "latency_by_degrees",
        ("latency", "single request", "per token", "tpot"),
        (
            rf"\b(?:{_ONE}(?: \w+){{0,3}} {_GAIN}|{_GAIN}(?: \w+){{0,4}} {_ONE})\b(?=[^;]*[×x*])"
            r"[^;]*\b(?:pp|ep|pipeline|expert parallel)\w*\b[^;]*= ?\d"
            rf"|\b(?:pp|ep|pipeline|expert parallelism) ?: \d+[^;]*→[^;]*{_LATENCY}[^;]* \d"
        ),
    ),
)
MEANT_OTHERWISE_OF_PARTS = {  # words that say that something else is meant, which is right
    "attention_work_equal": (
        r"\b(?:expert|stage|zig\w*|stripe\w*|striping|interleav\w*|head ?- ?tail|early|would|if|unless|not|without"
        r"|router|moe|replica)\b"
    ),
    "fp8_computed": (
        r"\b(?:no|not|without|never|lack|weight only|weight - only|storage|kv|cache|emulat\w*|h100|h200|h20|hopper"
        r"|l40s?|ada|blackwell|b200|gb200|would|if|later|upgrade)\b"
    ),
    "blocks_contiguous": r"\b(?:would|not|instead|unless|zig\w*|stripe\w*|striped|layer|memory)\b",
    "weights_in_cache": (
        r"\b(?:not|no|cannot|never|if|would|could|should|unless|tile|score|kv|buffer|router|draft|exceed|larger|partly)\b"
    ),
    "stages_of_equal_memory": r"\b(?:not|almost|nearly|roughly|about|except|would|if|zero|interleav\w*|dualpipe)\b",
    "latency_by_degrees": r"\b(?:not|no|never|cannot|throughput|memory|gpu count|tpot requirement)\b",
}
