"""What is believed of the pipeline bubble, turned the wrong way: the words of beliefs.py."""

from __future__ import annotations

from stratc.frontends.markdown.concepts.belief import Belief, each_way
from stratc.frontends.markdown.concepts.belief_shapes import HAN, MORE, barred, does, gap, makes
from stratc.text.pattern import Pattern

_MORE = r"(?:more|additional|extra|further|a higher number of|a larger number of|increasing the number of|raising the)"
_MICRO = r"micro-? ?batch(?:es)?(?! size)(?: count)?"
_RAISES = (
    r"rais(?:e|es|ing)|increas(?:e|es|ing)|enlarg(?:e|es|ing)|wid(?:en|ens|ening)|worsen(?:s|ing)?|lengthen(?:s|ing)?"
    r"|inflat(?:e|es|ing)|grow(?:s|ing)?|mak(?:e|es) larger|push(?:es)? up"
)
_LOWERS = (
    r"reduc(?:e|es|ing)|lower(?:s|ing)?|shrink(?:s|ing)?|cut(?:s|ting)?|decreas(?:e|es|ing)|shorten(?:s|ing)?"
    r"|minimi[sz](?:e|es|ing)|trim(?:s|ming)?|halv(?:e|es|ing)|narrow(?:s|ing)?"
)
_BUBBLE = r"(?:pipeline )?bubbles?|idle (?:share|time|fraction|part|slots?)|pipeline idle(?: time)?"
_OFF_BUBBLE = barred(
    "pipeline data",
    r"memory|activations?|communicat\S*|traffic|overhead|throughput|size|interleav\S*|virtual|chunk\S*|latency"
    r"|fewer|less"
    r"|utili\S*|efficiency|depth|gradient\S*",
)
_INTERLEAVED = Pattern(
    r"\b(?:interleav\w*|virtual|vpp|chunks?|zero-bubble|zb\w*|dualpipe|gpipe to)\b|交错|虚拟|memory|显存"
)
_IDLE = rf"\b(?:{_BUBBLE}|idle share)\b(?:[^;.?]|\.(?=\d)){{0,50}}?(?:,| and| but)"  # what "it" then stands for
_SMALLER = r"(?:smaller|lower|shorter|less)"
_GETS_SMALLER = rf"(?:(?:is|are|gets?|becomes?|be|would|will|also)\s+)+{_SMALLER}|shrinks|falls|drops"
_DOUBLING = r"(?:doubling|raising|increasing|tripling) the (?:number of )?"
_HALVING = r"(?:halving|reducing|lowering) the (?:number of )?"
_SMALLER_HAN = r"(?:更小|变小|减小|小一些|更低|更少|降低|小些|缩小)"
_LARGER_HAN = r"(?:越大|变大|增大|更大|上升|越高|增加)"
BUBBLES: tuple[Belief, ...] = (
    *each_way(
        "bubble_raised",
        ("micro", "bubble|idle"),
        (
            does(rf"{_MORE} {_MICRO}", _RAISES, _BUBBLE, _OFF_BUBBLE, near=3),
            does(rf"{_DOUBLING}{_MICRO}", rf"{_RAISES}|doubl(?:e|es)", _BUBBLE, _OFF_BUBBLE, near=3),
            makes(rf"{_MORE} {_MICRO}", _BUBBLE, MORE, _OFF_BUBBLE),
            rf"{_IDLE} {_MORE} {_MICRO}{gap(4, _OFF_BUBBLE)} (?:{_RAISES}) it\b",
            (
                rf"\b{_MORE} {_MICRO}{gap(3, _OFF_BUBBLE)} (?:mean|means|give|gives|bring|brings|make|makes|lead "
                rf"to|cause|causes)"
                rf" (?:a |the )?(?:larger|bigger|wider|longer|higher|more) (?:{_BUBBLE})\b"
            ),
            (
                rf"\b(?:{_BUBBLE})(?: \w+){{0,2}}? (?:grows?|rises?|increases?|widens?) (?:with|as|when)"
                rf" (?:the |we |use |take |there |are |number |of |count |have )*(?:{_MORE} )?{_MICRO}"
                r"(?! (?:size|fall|falls|shrink|drop|per))"
            ),
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_reversed",
        ("micro", "bubble|idle"),
        (
            does(rf"(?:fewer|less) {_MICRO}", _LOWERS, _BUBBLE, _OFF_BUBBLE, near=3),
            does(rf"{_HALVING}{_MICRO}", _LOWERS, _BUBBLE, _OFF_BUBBLE, near=3),
            makes(rf"(?:fewer|less) {_MICRO}", _BUBBLE, _GETS_SMALLER, _OFF_BUBBLE),
            rf"{_IDLE} (?:fewer|less) {_MICRO}{gap(4, _OFF_BUBBLE)} (?:{_LOWERS}) it\b",
            (
                rf"\b(?:fewer|less) {_MICRO}{gap(3, _OFF_BUBBLE)} (?:mean|means|give|gives|bring|brings|make|makes"
                rf"|lead to)"
                rf" (?:a |the )?(?:smaller|shorter|narrower|lower|less) (?:{_BUBBLE})\b"
            ),
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_reversed",
        ("stage|pipeline|pp", "bubble|idle"),
        (
            does(
                r"(?:more|additional|extra|further) (?:pipeline )?stages|(?:a )?(?:deeper|longer) pipeline"
                r"|(?:more|higher|larger) (?:pp|pipeline depth)|splitting into more stages",
                _LOWERS,
                _BUBBLE,
                _OFF_BUBBLE,
                near=3,
            ),
            makes(r"(?:more|additional|extra|further) (?:pipeline )?stages", _BUBBLE, _GETS_SMALLER, _OFF_BUBBLE),
            rf"\bpipeline (?:of|with) more stages (?:has|have|leaves|gives) (?:a |the )?{_SMALLER} (?:{_BUBBLE})\b",
            rf"{_IDLE} (?:more|additional|extra|further) (?:pipeline )?stages{gap(4, _OFF_BUBBLE)} (?:{_LOWERS}) it\b",
            (
                r"\b(?:more|additional|extra|further) (?:pipeline )?stages (?:would |will |also )?(?:mean|means"
                r"|give|gives|bring"
                rf"|brings|lead to) (?:a |the )?(?:smaller|shorter|narrower|lower|less) (?:{_BUBBLE})\b"
            ),
            (
                rf"\b(?:{_BUBBLE})(?: \w+){{0,2}}? (?:shrinks?|falls?|drops?|decreases?) (?:with|as|when)"
                r" (?:the |we |use |take |there |are |number |of |count |have )*(?:more |additional "
                r")(?:pipeline )?stages"
            ),
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_by_stages",
        ("stage|pp", "bubble|idle"),
        (
            does(r"pp ?=? ?(?P<stages>\d+)", _LOWERS, _BUBBLE, _OFF_BUBBLE, near=2),
            (
                r"\b(?:(?:with|at|in|into|for|using) |pp ?=? ?)(?P<stages>\d+)(?: (?:pipeline )?stages)?"
                rf"{gap(4, _OFF_BUBBLE)},?{gap(3, _OFF_BUBBLE)} (?:{_BUBBLE})(?: (?:would|will|is|be|gets?|becomes?"
                rf"|even|also))+"
                rf" {_SMALLER}\b"
            ),
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_by_stages",
        ("级|阶段|pp", "气泡|空泡"),
        (
            (
                rf"(?<!\d)(?P<stages>\d+) ?(?:级|个?阶段)(?:流水线?"
                rf"|流水线并行)?{HAN}{{0,3}},?{HAN}{{0,3}}(?:气泡|空泡){HAN}{{0,4}}"
                rf"{_SMALLER_HAN}"
            ),
            rf"\bpp ?=? ?(?P<stages>\d+){HAN}{{0,4}},?{HAN}{{0,3}}(?:气泡|空泡){HAN}{{0,4}}{_SMALLER_HAN}",
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_raised",
        ("微批|micro", "气泡|空泡"),
        (
            (
                rf"(?:增加|增大|加大|提高|更多|多用){HAN}{{0,3}}(?:微批|micro ?-?batch)(?:次|量)?(?:数量|数"
                rf"|个数)?{HAN}{{0,6}}"
                rf"(?:增大|增加|提高|加大|抬高|拉高|扩大){HAN}{{0,5}}(?:气泡|空泡)"
            ),
            (
                rf"(?:微批|micro ?-?batch){HAN}{{0,5}}(?:越多|增多|更多|加倍|翻倍),?{HAN}{{0,4}}(?:气泡"
                rf"|空泡){HAN}{{0,5}}{_LARGER_HAN}"
            ),
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_reversed",
        ("微批|micro", "气泡|空泡"),
        (
            (
                rf"(?:微批|micro ?-?batch){HAN}{{0,5}}(?:越少|减少|更少|减半),?{HAN}{{0,4}}(?:气泡|空泡){HAN}{{0,5}}"
                r"(?:越小|变小|减小|更小|下降|越低|减少|降低|减半)"
            ),
        ),
        unless=_INTERLEAVED,
    ),
    *each_way(
        "bubble_reversed",
        ("级|阶段|流水|pp", "气泡|空泡"),
        (
            (
                rf"(?:级数|级|阶段数|阶段|pp){HAN}{{0,3}}(?:越多|越大|更多|增多|加倍|翻倍"
                rf"|越深),?{HAN}{{0,4}}(?:气泡|空泡){HAN}{{0,5}}"
                r"(?:越小|变小|减小|更小|下降|越低|减少|降低|减半)"
            ),
            (
                rf"(?:增加|增大|加大|提高|更多|加深){HAN}{{0,4}}(?:级数|流水线?级|阶段|pp"
                rf"|流水线深度){HAN}{{0,8}}(?:减小|减少|降低|缩小|压低)"
                rf"{HAN}{{0,5}}(?:气泡|空泡)"
            ),
            (
                rf"(?:更多|增加)(?:的)?(?:流水线)?(?:级|阶段|级数){HAN}{{0,4}}(?:让|使|令){HAN}{{0,3}}(?:气泡"
                rf"|空泡){HAN}{{0,3}}{_SMALLER_HAN}"
            ),
        ),
        unless=_INTERLEAVED,
    ),
)
