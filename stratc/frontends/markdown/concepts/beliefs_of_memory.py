"""What replicas and the data axis are believed to divide or to share: the words of beliefs.py."""

from __future__ import annotations

from stratc.frontends.markdown.concepts.belief import Belief, each_way
from stratc.frontends.markdown.concepts.belief_shapes import HAN, LESS, barred, does, done, leaves, makes
from stratc.text.pattern import Pattern

DIVIDES = (
    r"halv(?:e|es|ing)|divid(?:e|es|ing)|split(?:s|ting)?|shard(?:s|ing)?|partition(?:s|ing)?|distribut(?:e|es|ing)"
    r"|spread(?:s|ing)?|cut(?:s|ting)?|quarter(?:s|ing)?|slic(?:e|es|ing)|shar(?:e|es|ing) out"
)
LESSENS = (
    rf"{DIVIDES}|trim(?:s|ming)?|shrink(?:s|ing)?|reduc(?:e|es|ing)|lower(?:s|ing)?|lessen(?:s|ing)?"
    r"|decreas(?:e|es|ing)|free(?:s|ing)?(?: up)?|shav(?:e|es|ing)|lighten(?:s|ing)?|thin(?:s|ning)?(?: out)?"
)
SAVES = rf"{LESSENS}|sav(?:e|es|ing)"
DIVIDED = r"halved|divided|split|sharded|partitioned|distributed|spread|cut|quartered|sliced|shared out"
SMALLER = r"halved|cut|quartered|trimmed|shrunk|reduced|lowered|decreased"  # "sharded" may be what is done
SAVED = rf"{DIVIDED}|trimmed|shrunk|reduced|lowered|saved|decreased|freed"
HOLDS = r"holds?|keeps?|stores?|has|have|needs?|carr(?:y|ies)|gets?|owns?|holding|keeping|storing"
_NUMBERS = r"half|third|quarter|fifth|sixth|eighth|twelfth|sixteenth"
SHARE = rf"(?:an? |one |one-)?(?:1 ?/ ?(?P<share>\d+)|(?P<named>{_NUMBERS}))(?: of)?"
_DATA = (
    r"dp ?=? ?(?P<degree>\d+)?(?:-way)?(?: attention)?|data[- ]parallel(?:ism| degree| ranks| attention)?"
    r"|(?:more|further|additional|extra) replicas|(?:a|one|the) (?:second|third|further|additional|other) replica"
    r"|(?:another|adding a|each added|each extra) replica"
)
_DATA_RANKS = (
    r"(?:data[- ]parallel|dp)(?: (?:ranks?|replicas|groups?|gpus?|workers|members|dimension|axis)|ism)|replicas"
    r"|dp ?=? ?\d+|data axis"
)
_AXIS = r"data ?= ?\d+|data axis|data dimension|axis data"
WEIGHTS = (
    r"weights?(?![ -](?:gradients?|updates?|sync\S*|reads?|traffic|load\S*|transfer\S*|decay|copies))"
    r"|parameters?(?![ -](?:gradients?|updates?|sync\S*|server|transfer\S*))|model (?:states?|memory|footprint)"
)
STATES = (
    r"optimi[sz]er(?:'s)?(?: (?:states?|memory|moments|copies|copy))?|adamw?(?:'s)?(?: (?:states?|moments))?|moments"
    r"|master (?:copy|copies|weights?)"
)
_STATES_TOO = rf"{STATES}|(?:model|training) states?|states?"
_LOAD = (
    r"batch\S*|requests?|sequences?|tokens?|users?|sessions?|load\S*|work\S*|traffic|queue\S*|gradients?|samples?|time"
    r"|throughput|cost\S*|communication|sync\S*|bandwidth|reads?|kv|cache\S*|activations?|heads?|loss|disk|full|whole"
    r"|complete|copy|copies|checkpoints?|updates?|latency|compute\S*|flops?|entire"
)
_OF_DATA = barred("data", _LOAD, "replicas?", "each", "every")
_HELD_BY_DATA = barred("data", _LOAD, "replicas?")
_SHARDED_STATES = Pattern(
    r"\bzero(?:[- ]?\d|[- ]stage|\+)|\bzero\b(?! ?-?(?:bubble|copy|extra|cost|overhead|additional|commun))"
    r"|\bfsdp|\bhsdp"
    r"|deepspeed|shard\w* (?:data|optimi[sz]er|states?|adam)|分片|distributed[- _]?(?:optimi[sz]er|adam)|切分优化器"
    r"|optimi[sz]er[- ](?:states? )?shard|分布式优化器",
)
_DIVIDED_BY_DATA = Pattern(
    _SHARDED_STATES.source
    + r"|(?:optimi[sz]er|adam|moments?|master|states?|优化器|动量)[^.;|]{0,40}(?:divid|shard|split|partition|over"
    r"|across|÷|/|切分"
    r"|均分|分摊)[^.;|]{0,20}(?:\bdp|data|replica|数据并行|副本)",
)
_MESH = Pattern(r"\bfsdp\s*=\s*\d|\"fsdp\"|'fsdp'|\bfsdp axis", "fsdp")
_DP_HAN = r"(?:dp|数据并行) ?(?:=|到|为|改成)? ?(?P<degree>\d+)?"
_CUT_HAN = r"(?:切分|拆分|分摊|均分|平分|分割|减半|减少|降低|节省|缩小|分担|对半分)"
_LESS_HAN = r"(?:减半|减少|降低|节省|缩小)"
_HELD_HAN = r"(?:权重|参数(?!同步|梯度|更新|服务)|优化器状态|优化器)"
_SEQUENCE = r"(?:sequence|request|user|session|conversation|document|prompt|context|stream)"
_REPLICAS = r"(?:replicas|instances|copies of the model|(?:dp|data[- ]parallel) ranks|data[- ]parallel replicas)"
_OF_ONE = (
    rf"(?:kv[- ]?)?cache (?:of|for|per) (?:an?|each|every|one|the|any|single)? ?(?:single |long )*{_SEQUENCE}"
    rf"|{_SEQUENCE}(?:'s) (?:kv[- ]?)?cache"
)
_STORE = Pattern(
    r"\b(?:mooncake|lmcache|external|remote|stores?|tiers?|offload\w*|cpu|host|disagg\w*|prefill|prefix\w*"
    r"|pool\w*|heads?"
    r"|tp\d*|tensor|pp\d*|ep\d*|cp\d*|context[- ]parallel\w*|network|disk|ssd)\b|外部|前缀|池|张量",
)
MEMORY: tuple[Belief, ...] = (
    *each_way(
        "weights_by_data",
        ("dp|data|replica", "weight|parameter|model"),
        (
            does(_DATA, LESSENS, WEIGHTS, _OF_DATA),
            done(WEIGHTS, SMALLER, _DATA_RANKS, _HELD_BY_DATA),
            leaves(_DATA, HOLDS, SHARE, WEIGHTS, _HELD_BY_DATA),
        ),
        unless=_SHARDED_STATES,
    ),
    *each_way(
        "optimizer_by_data",
        ("dp|data|replica", "optimi|adam|moment|master|state"),
        (
            does(_DATA, LESSENS, _STATES_TOO, _OF_DATA),
            done(STATES, SMALLER, _DATA_RANKS, _HELD_BY_DATA),
            leaves(_DATA, HOLDS, SHARE, _STATES_TOO, _HELD_BY_DATA),
        ),
        absent=_DIVIDED_BY_DATA,
    ),
    *each_way(
        "weights_by_axis",
        ("data",),
        (does(_AXIS, SAVES, rf"{WEIGHTS}|{_STATES_TOO}", _OF_DATA),),
        beside=_MESH,
    ),
    *each_way(
        "weights_by_data",
        ("dp|数据并行|副本", "权重|参数|优化器"),
        (
            rf"{_DP_HAN}{HAN}{{0,10}}{_CUT_HAN}{HAN}{{0,8}}{_HELD_HAN}",
            rf"{_HELD_HAN}{HAN}{{0,6}}(?:由|被|按|沿|在){HAN}{{0,5}}(?:dp|数据并行|副本){HAN}{{0,8}}{_LESS_HAN}",
            (
                rf"(?:dp|数据并行|副本){HAN}{{0,8}}(?:翻倍|加倍|增加|增大|提高"
                rf"|翻番)[^;。?不未没无]{{0,14}}{_HELD_HAN}{HAN}{{0,8}}"
                r"(?:减半|减少|降低|变小|减为|下降)"
            ),
            (
                rf"{_DP_HAN}[^;。?不未没无]{{0,10}}每(?:张|块|个)? ?(?:卡|gpu){HAN}{{0,8}}1 ?/ ?(?P<share>\d+) "
                rf"?(?:的)?{HAN}{{0,6}}"
                rf"{_HELD_HAN}"
            ),
        ),
        absent=_DIVIDED_BY_DATA,
        unless=Pattern(r"tp ?=? ?\d|张量|\bpp ?=? ?\d|流水|专家|完整|一份|各有|zero|fsdp|量化"),
    ),
    *each_way(
        "cache_by_data",
        ("dp|data|replica|instance|copies", "cache"),
        (
            does(
                _REPLICAS,
                "share|shares|sharing|use|draw on",
                r"(?:one|a single|a common|the same|a joint|a shared)"
                r" (?:\S+ )?(?:kv[- ]?)?cache",
                barred("data", "batch", "requests?"),
                near=2,
            ),
            (
                rf"\b(?:one|a single|a common|the same) (?:kv[- ]?)?cache (?:is |are )?shared (?:by|between"
                rf"|among|across)"
                rf" (?:the |both |all |two |\d+ )*{_REPLICAS}"
            ),
            makes(
                rf"{_DATA}|(?:two|three|four|eight|\d+) replicas", _OF_ONE, LESS, barred("data", "batch\\S*", "each")
            ),
            does(_DATA, SAVES, _OF_ONE, barred("data", "batch\\S*", "each", "replicas")),
            done(_OF_ONE, rf"{SAVED}|shared", _DATA_RANKS, barred("data", "batch\\S*")),
        ),
        unless=_STORE,
    ),
    *each_way(
        "cache_by_data",
        ("kv", "副本|dp|数据并行"),
        (
            (
                rf"(?:每|单|一|同一)(?:条|个)(?:序列|请求|会话|用户|对话)?(?:的)? ?kv ?(?:cache"
                rf"|缓存){HAN}{{0,6}}(?:由|被|在|按){HAN}{{0,5}}"
                rf"(?:副本|dp|数据并行){HAN}{{0,8}}(?:分摊|分担|共享|共用|均分|平分|切分)"
            ),
            (
                rf"(?:副本|dp ?=? ?\d*|数据并行){HAN}{{0,8}}(?:分摊|分担|均分|平分|切分|减半|降低){HAN}{{0,6}}"
                r"(?:每|单|一|同一)(?:条|个)(?:序列|请求|会话|用户|对话)?(?:的)? ?kv ?(?:cache|缓存)"
            ),
            rf"(?:副本|数据并行){HAN}{{0,6}}(?:共享|共用){HAN}{{0,3}}(?:一份|同一份|同一个|一个) ?kv ?(?:cache|缓存)",
        ),
        unless=_STORE,
    ),
)
