"""What sentences say of the links that carry a collective: the words, as in mistaken.py."""

from __future__ import annotations

_NODE = r"(?:the|one|a|each|its|every|own|same|a single|single)(?: same)? (?:node|server|box|machine|host)"
_EXPERT = r"(?:ep|expert[ -]+parallel(?:ism)?|expert)"
_EXCHANGE = (
    r"(?:all ?- ?to ?- ?all|alltoall|all2all|a2a|dispatch (?:and|\+|/|&) combine"
    rf"|{_EXPERT} (?:traffic|communication|exchange|dispatch)|(?:token )?exchange (?:of token )?between expert)"
)
_MEANWHILE = r"(?: (?!(?:not|cannot|never|no|and|but|while|tp|tensor|after|before)\b)[\w:|()/-]+){0,5}?"
_BY = r"(?:over|via|through|on|by|using|use|with|carried by|ride)(?: the)?(?: fast| intra - node| intra node)?"
_COLLECTIVE = r"(?:all ?- ?to ?- ?all|alltoall|a2a)"
# concept, words of which one must stand in the sentence, and what says it in stems
SAID_OF_LINKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "expert_exchange_in_node",
        ("node", "nvlink", "server", "box", "machine", "host", "节点"),
        (
            rf"\b{_EXCHANGE}{_MEANWHILE} (?:node - local|local to {_NODE}|intra ?-? ?node|(?:inside|within|in) {_NODE}"
            r"|(?:stay|remain|kept) (?:on|within) nvlink)\b"
            rf"|\b{_EXCHANGE}(?: \w+){{0,3}} (?:not|never) (?:leave|cross|go beyond|go out of)"
            rf" (?:{_NODE}|node (?:border|boundary|boundarie))"
            rf"|{_EXCHANGE}[^,.，。；不]{{0,12}}(?:节点内|机内)"
        ),
    ),
    (
        "expert_exchange_on_nvlink",
        ("nvlink", "nvswitch"),
        (
            rf"\b{_EXCHANGE}{_MEANWHILE} {_BY} (?:nvlink|nvswitch)\b"
            rf"|\b(?:nvlink|nvswitch) (?:carry|handle|serve)(?: \w+){{0,3}} {_EXCHANGE}"
        ),
    ),
    (
        "all_to_all_once",
        ("all-to-all", "alltoall", "a2a"),
        (
            rf"\b(?:one|a single|single|only one|1) {_COLLECTIVE}(?: (?!pair|round|each|both|for|of|after|before)\w+)?"
            r" (?:per|in each|in every|for each|for every) (?:(?:moe|expert|sparse|transformer) )?layer\b"
            rf"|\b{_COLLECTIVE}(?: operation| call)? per (?:(?:moe|expert|sparse) )?layer"
            r" (?:[:=] )?(?:1|one)(?= |$)(?! [.\d/])"
            rf"|\blayer (?:need|use|run|do|cost) (?:only |just )?(?:one|a single|single) {_COLLECTIVE}\b"
        ),
    ),
    (
        "carried_by_nvlink",
        ("nvlink", "nvswitch"),
        (
            rf"\b(?:{_BY}|thank to|due to|because of) (?:nvlink|nvswitch)\b"
            r"|\b(?:nvlink|nvswitch)(?: \( [^)]{1,24} \)| (?:at|@) [^ ]+)?"
            r" (?:make|keep|carry|hide|bring|handle)\b"
            r"|\b(?:all - reduce|allreduce)(?: [^ ]+){0,3}? (?:nvlink|nvswitch)\b"
            r"|(?:使用|利用|通过|采用|经由|走) ?(?:nvlink|nvswitch)"
        ),
    ),
    (
        "pcie_between_devices",
        ("pcie", "pci-e", "pci e"),
        (
            r"\b(?:gpu|server|node|box|machine)\b[^;]{0,60}? pci ?-? ?e\b"
            r"|\bpci ?-? ?e (?:gen ?\d(?:\.\d)?(?: x ?\d+)? )?(?:bandwidth|inside|within|only|link"
            r"|between (?:the )?gpu)\b"
        ),
    ),
)
MEANT_OTHERWISE_OF_LINKS = {  # words that say that something else is meant, which is right
    "expert_exchange_on_nvlink": (
        r"\b(?:if|would|unless|first|then|mostly|partly|hierarchical|part|half|rest|share|inside|within|intra|should"
        r"|cannot|not"
        r"|(?:infiniband|ib|roce|rdma|ethernet|network)(?! (?:is|are|stay|remain)? ?(?:idle|unused|free))"
        r"|inter|cross|remote|where|when)\b"
    ),
    "all_to_all_once": r"\b(?:direction|way|twice|two|2 ?x|and one|plus|back|backward|then|not|instead|another)\b",
    "carried_by_nvlink": (
        r"\b(?:if|would|could|unless|should|without|no|not|faster than|instead|upgrade|lack|need|were|bridge|option"
        r"|alternative"
        r"|h100|h200|b200|a100 sxm|sxm\d?)\b"
    ),
    "pcie_between_devices": (
        r"\b(?:no pcie|sxm\d?|hgx|dgx|without|not|instead|nvlink|nvswitch|host|cpu|offload\w*|nic|ssd|nvme|storage|swap"
        r"|hccs|xgmi|infinity)\b"
    ),
}
