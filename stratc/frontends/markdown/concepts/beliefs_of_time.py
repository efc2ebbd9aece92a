"""What is believed of times, bubbles and collectives that holds for no figures: the words of beliefs.py."""

from __future__ import annotations

from stratc.frontends.markdown.concepts.belief import Belief, each_way
from stratc.frontends.markdown.concepts.belief_shapes import HAN, barred, does, gap
from stratc.text.pattern import Pattern

_SHORTENS = (
    r"halv(?:e|es|ing)|shorten(?:s|ing)?|cut(?:s|ting)?(?: down)?|reduc(?:e|es|ing)|lower(?:s|ing)?|divid(?:e|es|ing)"
    r"|speed(?:s|ing)? up|accelerat(?:e|es|ing)|trim(?:s|ming)?|shrink(?:s|ing)?|decreas(?:e|es|ing)"
    r"|improv(?:e|es|ing)|bring(?:s|ing)? down|bring(?:s|ing)?|sav(?:e|es|ing)|quarter(?:s|ing)?|slash(?:es|ing)?"
)
_SHORTENED = "halv|shorten|cut|reduc|lower|divid|speed|accelerat|trim|shrink|decreas|improv|bring|sav|quarter|slash"
_PIPELINE = (
    r"pp ?=? ?\d*|pipelin(?:e|es|ing)(?: parallelism| stages| depth)?|(?:more|additional|\d+|two|three|four|six|eight)"
    r" (?:pipeline )?stages"
)
_OFF_PIPELINE = barred(
    "pipeline data",
    r"throughput|communicat\S*|network|transfers?|hops?|queu\S*|wait\S*|bubbles?|idle|load\S*|memory|weights?|overhead"
    r"|batch\S*|micro-?batch\S*|traffic|all-reduces?|stage|step|training|prefill|chunk\S*|inter-\S+|cold"
    r"|warm\S*|start\S*"
    r"|kv|cache|fill\S*|all-to-all",
)
_ONE = (
    r"latency|tpot|ttft|itl|inter-token latency|response time|time to (?:the )?first token|time per (?:output )?token"
    r"|(?:decode|token|generation) time"
)
_CHANCE = Pattern(
    r"\b(?:queu\w*|warm-?up|first-iteration|throughput|interleav\w*|vpp|virtual|tp ?=? ?\d*|tensor\w*|bubbles?"
    r"|batch latency|fewer stages|network"
    r"|without (?:pp|pipelin\w*)|pp ?=? ?1|pipeline of requests|chunked|speculative|offload\w*|elimin\w*"
    r"|remov\w*|instead)"
    r"\b(?!.{0,6}→)",
)
_EXPERT = (
    r"ep ?=? ?\d*|expert[- ]parallel(?:ism| degree| ranks)?|more expert ranks|(?:wider|larger|higher) ep"
    r"|(?:more|additional) ep ranks"
)
_OFF_EXPERT = barred(
    "expert data",
    r"tokens?|traffic|communicat\S*|all-to-all|load\S*|batch\S*|throughput|memory|weights?|parameters?"
    r"|dispatch\S*|wait\S*"
    r"|imbalance|number|reads?|reading|layer|kv|cache",
)
_TIME_OF_EXPERT = (
    r"(?:time|latency|computation|compute|work|duration|matrix products?|gemms?|matmuls?|ffn|feed-forward|flops)"
    r" (?:that |which )?(?:of |for |in |inside |within )?(?:a|an|one|each|every|any|single|the same) (?:single "
    r"|one |routed )?"
    r"expert(?:'s)?(?! (?:parallel|layer|group|rank))"
    r"|(?:a|an|one|each|every|any|per)[ -](?:single |one |routed )?expert(?:'s|')? (?:own )?(?:time|latency|computation"
    r"|compute|work|matrix products?|gemms?|matmuls?|ffn)"
)
TIMES: tuple[Belief, ...] = (
    *each_way(
        "token_by_pipeline",
        ("pp|pipelin|stages", "latency|tpot|ttft|itl|response time|time to|time per|time"),
        (
            does(_PIPELINE, _SHORTENS, _ONE, _OFF_PIPELINE, near=4),
            (
                rf"\b(?:{_PIPELINE})(?![\w-]){gap(5, _OFF_PIPELINE)}\s+(?:bring|push|get|drive)(?:s|ing)?"
                rf"{gap(4, _OFF_PIPELINE)}\s+(?:{_ONE}) down\b"
            ),
        ),
        unless=_CHANCE,
    ),
    *each_way(
        "token_by_pipeline",
        ("流水|pp", "延迟|时延|tpot|ttft|itl|响应|耗时"),
        (
            (
                rf"(?:流水线(?:并行)?|\bpp ?=? ?\d+)[^;。?不未没无]{{0,6}}(?:单个|每个|一个"
                rf"|单条){HAN}{{0,8}}(?:延迟|时延|tpot|ttft|itl|耗时)"
                rf"{HAN}{{0,6}}(?:减半|降低|缩短|减少|降到|下降)"
            ),
            (
                rf"(?:增加|更多|加深){HAN}{{0,3}}(?:流水线)?(?:级数|级|阶段){HAN}{{0,4}}(?:缩短|降低|减少"
                rf"|压低){HAN}{{0,6}}(?:tpot|ttft|itl|时延|延迟)"
            ),
            (
                rf"流水线?(?:并行)?(?:[:,] ?(?:它|这|其))?{HAN}{{0,10}}(?:缩短|降低|减少|减半|压低|改善|加快"
                rf"|缩减){HAN}{{0,12}}"
                r"(?:延迟|时延|tpot|ttft|itl|首 ?token|响应时间|耗时)"
            ),
            (
                rf"流水线?(?:并行)?[^;。?不未没无]{{0,10}}(?:使|让|令|把|将){HAN}{{0,8}}(?:延迟|时延|tpot|ttft"
                rf"|itl|响应时间){HAN}{{0,6}}"
                r"(?:缩短|降低|减少|减半|降到|下降)"
            ),
        ),
        unless=Pattern(r"吞吐|气泡|通信|网络|传输|排队|预热|加载|跨机|跨节点|张量|\btp ?=? ?\d|\btp\b|难|等待|交错"),
    ),
    *each_way(
        "expert_faster",
        (
            "ep|expert",
            "expert",
            _SHORTENED,
            "time|latency|comput|work|duration|product|gemm|matmul|ffn|feed-forward|flops",
        ),
        (does(_EXPERT, _SHORTENS, _TIME_OF_EXPERT, _OFF_EXPERT, near=3),),
        unless=Pattern(r"\b(?:tp ?=? ?\d*|tensor\w*|tokens per|fewer tokens|throughput)\b"),
    ),
    *each_way(
        "expert_faster",
        ("ep|专家并行", "专家"),
        (
            (
                r"(?:\bep ?=? ?\d*|专家并行(?:度)?)[^,;。?不未没无]{0,6},?[^,;。?不未没无]{0,3}(?:单个|每个"
                r"|一个)专家(?:的)?(?:计算|矩阵|ffn|耗时"
                r"|时间|延迟)[^,;。?不]{0,6}(?:缩短|降低|减少|减半|变快|加快)"
            ),
            (
                r"(?:\bep ?=? ?\d*|专家并行(?:度)?)[^,;。?不未没无]{0,10}(?:缩短|降低|减少|减半|加快"
                r"|加速)[^,;。?不]{0,4}"
                r"(?:单个|每个|一个)专家(?:的)?(?:计算|矩阵|ffn|耗时|时间|延迟)"
            ),
            (
                r"(?:\bep ?=? ?\d*|专家并行(?:度)?)[^,;。?不未没无]{0,10}(?:使|让|令)(?:单个|每个"
                r"|一个)专家(?:的)?(?:计算|矩阵|ffn|耗时"
                r"|时间|延迟)[^,;。?不]{0,6}(?:缩短|降低|减少|减半|变快|加快)"
            ),
        ),
        unless=Pattern(r"\btp\b|tp ?=? ?\d|张量|token 数|令牌数"),
    ),
)
