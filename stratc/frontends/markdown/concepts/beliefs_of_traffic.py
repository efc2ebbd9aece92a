"""What is believed of collectives and of tensor parallelism over a network: the words of beliefs.py."""

from __future__ import annotations

from stratc.frontends.markdown.concepts.belief import Belief, each_way
from stratc.frontends.markdown.concepts.belief_shapes import HAN, barred, gap
from stratc.text.pattern import Pattern

_REDUCE = r"(?:all[- ]?reduces?)"
_ROUTED = r"dispatched|routed|scattered|distributed|sent|delivered|shipped|moved|handed|brought|carried"
_ROUTES = (
    r"dispatch(?:es|ing)?|rout(?:es|ing)|scatter(?:s|ing)?|distribut(?:es|ing)|send(?:s|ing)?|deliver(?:s|ing)?"
    r"|ship(?:s|ping)?|mov(?:es|ing)|hand(?:s|ing)|bring(?:s|ing)?|carr(?:ies|ying)"
)
_OFF_ROUTING = barred("expert data", r"gradients?|partial|sums?|outputs?|combin\S*|results?|adds?|all-to-all|alltoall")
_RIGHT = Pattern(
    r"\b(?:all-?to-?all\w*|all2all|a2a|gradients?|combin\w*|tp|tensor\w*|replicat\w*|all-?gather\w*|partial)\b"
    r"|梯度|合并|汇总",
)
_SLOW = (
    r"(?:across|between|over) (?:the |all |both |two |four |eight |\d+ |several |different )*(?:nodes|servers"
    r"|boxes|machines"
    r"|hosts|racks|boards|chassis)|(?:across|over|on|via|through) (?:the |a |our |plain |\d+ (?:gb/s|gbit/s"
    r"|gbe) )*(?:network"
    r"|ethernet|infiniband|roce|cable|ib|wan|fabric|pcie|100 gbe|slow link|uplink)|inter-?node|cross-?node|multi-?node"
)
_TENSOR = r"tp ?=? ?\d*|tensor[- ]parallel(?:ism)?"
_FREE = (
    r"(?:is|are|be|comes?|runs?|stays?|remains?|costs?)(?: (?:practically|nearly|almost|virtually|basically|as "
    r"good as|very"
    r"|essentially|also|quite|at|then))* (?:free(?: of charge)?|for free|cheap|negligible|next to nothing|nothing"
    r"|hardly anything|almost nothing|no cost|insignificant|inexpensive|costless)"
)
_OF_OTHERS = Pattern(
    r"\b(?:gradients?|dp\d*|data[- ]parallel\w*|pp|pipeline\w*|once (?:a|per) step|ep\d*|overlap\w*|hidden"
    r"|compared|relative"
    r"|small model|kv|weights?|inside|within|nvl\d*|nvlink|nvswitch|superpod|supernode)\b|梯度|数据并行|流水|重叠|掩盖",
)
TRAFFIC: tuple[Belief, ...] = (
    *each_way(
        "all_reduce_for_routing",
        ("all-reduce|allreduce|all reduce", "token|dispatch"),
        (
            (
                rf"\b{_REDUCE}\b(?: that| which)?{gap(2, _OFF_ROUTING)}\s+(?:dispatch(?:es|ing)?|rout(?:es|ing))"
                rf"{gap(3, _OFF_ROUTING)}\s+tokens?\b"
            ),
            (
                rf"\b{_REDUCE}\b(?: that| which)?{gap(2, _OFF_ROUTING)}\s+(?:{_ROUTES}){gap(4, _OFF_ROUTING)}\s+tokens?"
                rf"{gap(2, _OFF_ROUTING)} (?:to|over|between|among|across){gap(4, _OFF_ROUTING)} experts\b"
            ),
            (
                rf"\btokens?\b{gap(4, _OFF_ROUTING)}\s+(?:{_ROUTED}){gap(6, _OFF_ROUTING)}\s+experts?"
                rf"{gap(2, _OFF_ROUTING)}\s+(?:by|with|via|through|using|in){gap(3, _OFF_ROUTING)}\s+{_REDUCE}\b"
            ),
            (
                rf"\btokens?\b{gap(4, _OFF_ROUTING)}\s+(?:dispatched|routed|reach){gap(5, _OFF_ROUTING)}\s+"
                rf"(?:by|with|via|through|using|in){gap(3, _OFF_ROUTING)}\s+{_REDUCE}\b"
            ),
            (
                rf"\b(?:the |token |expert )*dispatch (?:is|runs as|uses|takes|goes by|needs|costs)(?: an?| one)? "
                rf"{_REDUCE}\b"
            ),
        ),
        unless=_RIGHT,
    ),
    *each_way(
        "all_reduce_for_routing",
        ("all-reduce|allreduce|all reduce", "token|令牌|词元"),
        (
            (
                rf"all[- ]?reduce{HAN}{{0,4}}(?:分发|派发|路由|发送|送|分派|把|将|来){HAN}{{0,6}}(?:token|令牌"
                rf"|词元){HAN}{{0,10}}"
            ),
            (
                rf"(?:token|令牌|词元){HAN}{{0,10}}(?:通过|用|经|由|靠|走) ?all[- ]?reduce{HAN}{{0,6}}(?:分发|派发"
                rf"|路由|发送|送到|分派|送往)"
            ),
        ),
        unless=_RIGHT,
    ),
    *each_way(
        "collective_of_another_kind",
        ("梯度", "all-to-all|alltoall|all2all"),
        (
            (
                rf"梯度{HAN}{{0,8}}(?:用|通过|走|由|经|靠) ?all-?(?:to-?|2)all{HAN}{{0,6}}(?:求和|同步|规约|归约"
                rf"|累加|平均|汇总|聚合)"
            ),
            (
                rf"(?:用|通过|由|靠) ?all-?(?:to-?|2)all{HAN}{{0,6}}(?:求和|同步|规约|归约|累加|平均|汇总"
                rf"|聚合){HAN}{{0,6}}梯度"
            ),
        ),
        unless=Pattern(r"专家|moe|ep|量化|压缩|zero"),
    ),
    *each_way(
        "tensor_over_network_free",
        (
            "tp|tensor|all-reduce|allreduce",
            "free|cheap|negligible|nothing|hardly|no cost|insignificant|inexpensive|costless",
        ),
        (
            rf"\b(?:{_TENSOR})(?![\w-])(?:[^;.?]|\.(?=\d)){{0,60}}?(?:{_SLOW})(?:[^;.?]|\.(?=\d)){{0,40}}?\b{_FREE}\b",
            (
                rf"\b(?:{_TENSOR})(?![\w-])[^;?]{{0,80}}?{_REDUCE}[^;.?]{{0,20}}? (?:which )?{_FREE}(?: "
                rf"\w+){{0,2}}? (?:{_SLOW})\b"
            ),
            rf"\b(?:{_TENSOR})(?![\w-])[^;.?,]{{0,40}}?\b{_FREE}(?: \w+){{0,2}}? (?:{_SLOW})\b",
            rf"\b(?:{_SLOW})(?:[^;.?]|\.(?=\d)){{0,30}}?\b(?:{_TENSOR})(?![\w-])[^;.?,]{{0,30}}?\b{_FREE}\b",
        ),
        unless=_OF_OTHERS,
    ),
    *each_way(
        "tensor_over_network_free",
        ("tp|张量", "跨|机间|节点间|以太网|网络"),
        (
            (
                rf"(?:跨机|跨节点|机间|节点间|跨服务器|以太网|网络){HAN}{{0,6}}(?:tp|张量并行)[^;。?不]{{0,12}}"
                r"(?:几乎(?:没有|无|不)?(?:开销|代价|成本|花)|免费|可以忽略|可忽略|开销很小|很便宜|忽略不计|不花)"
            ),
            (
                rf"(?:\btp ?=? ?\d*|张量并行){HAN}{{0,4}}(?:跨机|跨节点|跨服务器|跨[两多二四]?[台个]?(?:机|机器"
                rf"|节点|服务器)|走以太网|走网络)[^;。?不]{{0,12}}"
                r"(?:几乎(?:没有|无|不)?(?:开销|代价|成本|花)|免费|可以忽略|可忽略|开销很小|很便宜|忽略不计|不花)"
            ),
        ),
        unless=_OF_OTHERS,
    ),
)
