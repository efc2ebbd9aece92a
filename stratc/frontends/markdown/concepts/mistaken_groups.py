"""What sentences say of groups, collectives and bubbles that is weighed by rules: the words, as in mistaken.py."""

from __future__ import annotations

_EXPERT = r"(?:ep|expert[ -]+parallel(?:ism)?) ?(?:size|degree|rank|rank count|group size)?"
_NONE = r"(?:no|zero|without|without any|eliminate|eliminating|remove|removing|avoid|avoiding)"
_WHOSE = r"(?:any|all|the|inter - gpu|cross - gpu|inter - device|cross - device|need for)"
_MOVED = rf"(?:{_WHOSE} )*(?:communication|traffic|token transfer|data transfer|data exchange)"
_OF_EXPERTS = r"\b(?:ep|expert[ -]+parallel(?:ism)?)"
# concept, words of which one must stand in the sentence, and what says it in stems
SAYINGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "expert_exchange_small",
        ("locality",),
        r"\b(?:ensure|guarantee|provide|give|maximize|maximise|keep|preserve)(?: \w+){0,2} expert locality\b",
    ),
    (
        "expert_exchange_denied",
        ("local", "no ", "none", "zero", "without", "eliminat", "avoid", "remov", ": 0"),
        (
            r"\b(?:(?:expert|token) routing(?: :)?(?: is| stay| remain| are)?(?: kept)? local (?:to|within|on|in)"
            r"(?: (?:each|every|the|its|own|a|same))* gpu"
            r"|(?:no|without(?: any)?) all - to - all (?:exchange |traffic )?(?:is |are )?(?:needed|required|necessary)"
            r"|expert (?:is |are )?(?:computed|processed|executed|run) (?:completely |fully )?locally"
            rf"|{_NONE} {_MOVED} (?:needed |required )?(?:between|among|amongst) (?:the )?expert"
            rf"|{_OF_EXPERTS} :? ?{_NONE} {_MOVED}"
            rf"|{_OF_EXPERTS} (?:introduce|incur|need|require|add|have|has|involve|cause) (?:no|zero) {_MOVED}"
            rf"|expert (?:computation|processing|execution) is (?:\w+ )?local , (?:no|without) {_MOVED}"
            rf"|expert (?:run|execute|compute|work|operate|process) (?:\w+ )?(?:independently|locally)"
            rf" (?:and )?(?:without|with no) (?:any )?{_MOVED}"
            rf"|(?:no|zero) communication (?:overhead |cost )?(?:for|in) expert"
            r"|expert communication(?: overhead| cost| volume)? : (?:0|none|zero))\b"
        ),
    ),
    (
        "expert_exchange_in_node",
        ("node", "节点"),
        (
            rf"\b(?:(?:ep|{_EXPERT}|expert) group(?: \w+){{0,2}}?"
            r" (?:is|are|stay|fit|lie|remain|live|sit)(?: \w+){0,2}? (?:inside|within|in|on)"
            r" (?:one|a|the|each|every|a single|single)(?: nvlink| gpu)? node"
            r"|all - to - all(?: traffic| exchange| of the expert)?"
            r" (?:never leave|(?:stay|remain|is confined|is kept|run)(?: entirely| completely)?"
            r" (?:inside|within|in|to|on)) (?:the|a|one|each|a single|every) node"
            r"|no (?:expert )?all - to - all (?:between|across) node"
            r"|no all - to - all (?:traffic )?(?:leave|cross) (?:the|a) node"
            r"|all ?- ?to ?- ?all ?(?:不出|不跨|不会跨|都在)节点)"
        ),
    ),
    (
        "context_group_in_node",
        ("node", "nvlink"),
        (
            r"\b(?:(?:cp ?\d*|context[ -]+parallel(?:ism)?)(?: [×x*] tp ?\d*)? group(?: \w+){0,2}?"
            r" (?:is|are|stay|fit|lie|remain|live|sit)(?: \w+){0,2}? (?:inside|within|in|on)"
            r" (?:one|a|the|each|every|a single|single)(?: nvlink| gpu)? node"
            r"|ring attention (?:never leave|stay (?:inside|within|on)|remain (?:inside|within|on))"
            r" (?:the |a |one |each )?(?:nvlink|node))\b"
        ),
    ),
    (
        "all_reduce_twice",
        ("all-reduce", "allreduce", "all reduce"),
        (
            r"\b(?:(?:two|2|four|4|6|both|twice the|pair of)(?: (?!layer)\w+){0,3} (?:all - reduce|allreduce)"
            r"|(?:all - reduce|allreduce)(?: [\w(:]+){0,6} (?:twice|two time|2 time|2 per|two per|2 (?:x|×)|both))"
        ),
    ),
    (
        "all_to_all_twice",
        ("all-to-all", "alltoall", "a2a", "combine", "dispatch"),
        (
            r"\b(?:(?:two|2|four|4|both|twice the|pair of)(?: (?!layer)\w+){0,3} (?:all - to - all|a2a)"
            r"|(?:all - to - all|a2a)(?: [\w(:]+){0,6}"
            r" (?:twice|two time|2 time|2 per|two per|2 (?:x|×)|each way|both direction)"
            r"|dispatch(?: (?:and|plus|,|\+|&))+ (?:the )?combine|there and back)"
        ),
    ),
    (
        "spare_claimed",
        ("n+1", "n + 1"),
        r"(?<![\w(])n \+ 1(?! \) [\d*×])(?! (?:th|step|token|layer|stage|micro))",
    ),
    (
        "node_holds_one_replica",
        ("replica", "instance"),
        (
            r"\b(?:(?:box|node|server|host|machine)(?: \w+){0,3}"
            r" (?:fail|failing|lost|dies|die|goes down|failure|outage|loss)"
            r"(?: (?!not\b)[\w,]+){0,6}? (?:lose|lost|cost|remove|take)(?: (?:only|just|away|out))?"
            r" (?:one|1|a|a single) (?:replica|instance)"
            r"|(?:lose|losing|loss of) (?:one|1|a|a single) (?:box|node|server|host)(?: \w+){0,4}"
            r" (?:lose|cost|remove|take)(?: (?:only|just|away|out))? (?:one|1|a|a single) (?:replica|instance))\b"
        ),
    ),
    (
        "tokens_stay",
        ("token",),
        (
            r"\b(?:most|majority|almost all|nearly all|bulk)(?: of)?(?: the| all)? token(?: \w+){0,2}? "
            r"(?:stay|remain|are kept|are handled|are processed|are routed|stay local)(?: (?:local|locally))?"
            r" (?:inside|within|in|on) (?:the|a|one|their|its|same|each)(?: own| same)? node\b"
        ),
    ),
    (
        "no_drops",
        ("drop", "overflow", "溢出", "丢"),
        (
            r"\b(?:(?:no|zero|without|without any) (?:routed )?(?:token )?(?:is |are |will be |get |being )?"
            r"(?:ever )?(?:dropped|dropping|drop|overflow)\b|no token overflow\b"
            r"|token (?:is|are) never dropped|never drop(?:s|ping)? (?:a |any )?token\b"
            r"|(?:drop rate|dropped token)(?: :| =| is)? 0(?![.\d]))"
            r"|无溢出|无丢弃|不丢弃|不丢 ?token"
        ),
    ),
    (
        "one_in_flight",
        ("flight", "alive", "resident"),
        (
            r"\b(?:(?:one|1|a single|single) micro - ?batch(?: is| are)?(?: \()? (?:in (?:- )?flight|alive|resident)"
            r"|micro - ?batch (?:in flight|alive|resident)(?: [:=])? (?:1|one)(?![\d.]))\b"
        ),
    ),
    (
        "devices_full",
        ("full", "occupan", "complete"),
        (
            r"\b(?:(?:full|complete) (?:gpu )?(?:utilization|utilisation|occupancy)"
            r"|fully (?:utilize|utilise|utilized|utilised|occupied|busy)(?: \w+){0,3}? gpu"
            r"|gpu (?:is|are) fully (?:utilized|utilised|occupied|busy)"
            r"|(?:100|1|100 %) (?:% )?gpu occupancy)\b"
        ),
    ),
    (
        "cache_counted",
        ("kv cache", "kv-cache", "kv缓存", "kv 缓存"),
        (
            r"\bkv (?:- )?cache(?: is| are| also)? (?:included|counted|considered|fit|accounted for|allocated)\b"
            r"|(?:include|count)\w* (?:the )?kv (?:- )?cache\b"
            r"|\bkv (?:- )?cache (?:transfer|exchange|(?:is |are )?(?:sent|moved|passed|shipped)|take|need"
            r"|per (?:gpu|rank|stage))\b"
        ),
    ),
    (
        "bubble_filled",
        ("fill",),
        (
            r"\b(?:fill(?:ing|ed)?(?: up| in)? (?:the |this |that |it |most of the |any )?(?:pipeline )?"
            r"(?:bubble|gap|idle (?:slot|time|stage))"
            r"|(?:bubble|gap|idle (?:slot|time)) (?:is |are |get |be )?filled (?:by|with|up|in)"
            r"|(?:next|other|another|new) (?:token|request|step|batch|group|iteration)(?: \w+){0,2}? "
            r"fill)\b"
        ),
    ),
    (
        "bubble_removed",
        ("bubble",),
        (
            r"\b(?:(?:remove|eliminate|removing|eliminating|remov\w* away|without any|no) (?:the |all |any |more )?"
            r"(?:pipeline )?bubble(?! (?:count|in the))|bubble (?:is |are |be )?(?:gone|eliminated|removed|vanish)"
            r"|bubble : (?:none|no|zero|eliminated)(?! in))\b"
        ),
    ),
)
OTHERWISE = {  # words that say that something else is meant, which is right
    "expert_exchange_denied": (
        r"\b(?:node|replica|shared|copy|gradient|hidden|overlapped|same|if|unless|would|only token)\b"
    ),
    "tokens_stay": r"\b(?:if|would|limited|restricted|at most|hierarchical)\b",
    "spare_claimed": r"\b(?:no|not|without|lack|missing|instead|would|if|until|later)\b",
    "node_holds_one_replica": r"\b(?:would|unless|instead)\b",
    "context_group_in_node": r"\b(?:if|would|unless|should|cannot|not)\b",
    "expert_exchange_in_node": (
        r"\b(?:if|would|unless|first|mostly|hierarchical|part|half|rest|should|cannot"
        r"|not(?! (?:leave|cross|go|touch|used|use|needed|need|limit|critical|a)\b))\b"
    ),
    "bubble_removed": (
        r"\b(?:zero|zb\w*|dualpipe|single|pp ?[:=]? ?1|one stage|no pipeline|no pp|tp only|decode|if|almost|nearly|most"
        r"|reduce|cannot|not)\b"
    ),
    "one_in_flight": (
        r"\b(?:no|not|never|only if|last stage|stage [1-9]\d*|between|transfer|would|if|pp ?[:=]? ?1|without)\b"
    ),
    "devices_full": r"\b(?:no|not|never|without|memory|bandwidth|link|if|would|until|cannot|target)\b",
    "cache_counted": r"\b(?:no|not|never|without|inference|serving|rollout|generation|evaluation|if|would|decode)\b",
    "no_drops": r"\b(?:dropless|megablock|if|would|target|goal|alarm|alert|should|until|packet|accuracy)\b",
}
