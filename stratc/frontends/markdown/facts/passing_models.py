"""Models and layouts that running text states beside something else: "top-2 of 64", "replicated 4 times"."""

from __future__ import annotations

from stratc.frontends.markdown.facts.passing import COUNT, FREE, KIND, N, Passing
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

_FORMAT = r"fp8|fp16|bf16|int8|float16|bfloat16|float8|fp4|int4"
SHARED_OPTIMIZER = Pattern(  # the one fact here that is told without a figure
    r"(?i)(?<!no )(?<!without )(?<!without the )(?<!no need for the )\b(?P<z>distributed[ -]optimi[sz]er)\b"
    r"(?! (?:(?:is|was|can|may|should|be|stays?|remains?|switched|turned|left|kept) ){0,3}"
    r"(?:off|not|disabled|unnecessary|would|could))",
    "distributed optimi|distributed-optimi",
)
_HOLDS = "occupies|uses|has|owns|holds|gets|spans|takes|needs|covers|is|comprises|contains|runs on"
MODELS = (
    Passing(
        Pattern(
            rf"(?i)\binto (?P<v>{COUNT}) (?:model |virtual |smaller |equal )?(?:chunks|virtual (?:pipeline )?stages)\b"
            r"(?=[^.;]*(?:stage|interleav|pipeline|layer|each|of (?:\d|one|two|three|four)))",
            "chunks|virtual",
        ),
        {"v": "strategy.vpp"},
    ),
    Passing(SHARED_OPTIMIZER, {"z": "strategy.zero_stage"}),
    Passing(
        Pattern(
            r"(?i)\b(?:kv(?:[- ]?cache)?|cache)"
            r"(?: (?:stays|is|are|kept|in|at|held|stored|remains|dtype|format|precision|type)){0,3}"
            rf"(?: |: |, | \(|=)(?P<k>{_FORMAT})\b|\b(?P<l>{_FORMAT})(?: e4m3| e5m2)? kv\b",
            "kv|cache",
            "fp|int|bf|float",
        ),
        {"k": "model.kv_precision", "l": "model.kv_precision"},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}\d+(?:\.\d+)? ?B(?:illion)?(?: param(?:eter)?s?)? ?[×x*] ?"
            r"(?P<p>2 ?(?:bytes?|B|字节))(?![\w.])",
            "2 b|2b|2 字节|2字节",
        ),
        {"p": "model.precision"},
    ),
    Passing(
        Pattern(
            rf"(?i)\breplicated (?P<d>{N}) times\b|\b(?P<e>{COUNT}) (?:model |full )?replicas of (?:the|it)\b",
            "replica",
        ),
        {"d": "strategy.dp", "e": "strategy.dp"},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}\d{{1,3}} (?:attention |query |q |kv )?heads?"
            r"(?: ?[x×*]| of(?: dimension| size| dim| width)?) ?(?P<d>\d{2,3})(?![\w.]|,\d| ?[x×*/÷])",
            "×|*|head x|heads x|headx|headsx|head of|heads of",
            "head",
        ),
        {"d": "model.head_dim"},
    ),
    Passing(
        Pattern(
            r"(?i)\beach expert is (?:split|cut|sharded|divided)\b[^.;]{0,30}?"
            r"(?:\d ?/ ?(?P<e>\d{1,2}) ?=|into (?P<f>\d{1,2})\b"
            rf"|(?:over|across) (?P<g>\d{{1,2}}) {KIND})"
            r"|每个专家[^，。;；\d]{0,4}切 ?(?P<h>\d{1,2}) ?份",
            "each expert is|每个专家",
        ),
        dict.fromkeys("efgh", "strategy.expert_tp"),
    ),
    Passing(
        Pattern(
            rf"(?i)\bheads (?P<n>\d{{1,3}}) (?:per|on each) {DEVICE}\b"
            rf"|{FREE}(?P<m>\d{{1,3}}) (?:query |attention |q )?heads?(?:,| and) "
            r"(?:\d{1,3} ?/ ?\d{1,2} ?= ?)?\d{1,3} kv heads? per "
            rf"{DEVICE}\b",
            "head",
            "per|on each",
        ),
        dict.fromkeys("nm", "strategy.heads_per_device"),
    ),
    Passing(
        Pattern(rf"(?i){FREE}(?P<k>{COUNT}) experts (?:are )?active(?=[,;.)]|$)", "experts active|experts are active"),
        {"k": "model.top_k"},
    ),
    Passing(
        Pattern(
            r"(?i)\btokens? (?:is |are )?(?:routed|sent|dispatched|assigned|activates?|selects?|uses?|visits?) (?:to )?"
            rf"(?:only |exactly |its |the )?(?:top[- ])?(?P<k>{COUNT})"
            r"(?: (?:out )?of \d{1,4})?(?: routed)? experts\b",
            "token",
            "experts",
        ),
        {"k": "model.top_k"},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:routers?|gates?|gating)\b[^.;:\d]{0,24}\b(?:sends?|routes?|dispatch(?:es)?|assigns?|gives?) "
            rf"(?:each|every|a|any|all) tokens? to (?:its |the )?(?:best |top )?(?P<k>{COUNT}) "
            r"(?:of (?:them|these|\d)|(?:routed )?experts)\b",
            "token",
            "router|gate|gating",
        ),
        {"k": "model.top_k"},
    ),
    Passing(
        Pattern(r"(?i)\bpipeline (?:has|of) (?P<s>\d{1,3}) stages\b", "pipeline has|pipeline of"), {"s": "strategy.pp"}
    ),
    Passing(
        Pattern(
            rf"(?i)\bdata[- ]parallel(?: attention)? (?:over|across) (?:all )?(?P<d>{COUNT}) (?:{KIND}|ranks)\b",
            "data parallel|data-parallel",
            "over|across",
        ),
        {"d": "strategy.dp"},
    ),
    Passing(
        Pattern(
            r"(?i)(?P<n>(?<![\w.,-])\d{1,4}(?:\.\d+)?B) (?:dense|moe|decoder)"
            r"(?: model| llm| transformer)?(?=[,;.)]|$| on | for )"
            r"|\bfor (?:an? )?(?P<m>\d{1,4}(?:\.\d+)?B) on \d",
            "b dense|b moe|b decoder|b on",
        ),
        dict.fromkeys("nm", "model.parameters"),
    ),
    Passing(
        Pattern(
            r"(?i)^\W*(?:model(?: size)?:? |模型(?:规模)? ?[:：] ?)(?P<n>\d{1,4}(?:\.\d+)?B)"
            r"(?=[,;)，；）]|$| (?:dense|in|parameters|params|on)\b| ?(?:稠密|参数))",
            "model|模型",
        ),
        {"n": "model.parameters"},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:serve|run|host|deploy) (?:it|them|the model) in (?P<p>[a-z]{2,4}\d+)\b"
            r"|\b(?:model|checkpoint|weights) (?:is|are) "
            r"(?:(?:served|hosted|deployed|stored|loaded|kept) in|quanti[sz]ed to) "
            rf"(?P<q>{_FORMAT})\b"
            rf"|{FREE}\d{{1,4}}(?:\.\d+)?B (?:at|in|as) (?P<r>{_FORMAT})\b|\b(?P<s>[48])-bit weights\b",
            "serve|run|host|deploy|store|load|kept|quanti|b at|b in|b as|bit weights",
            "fp|bf16|int4|int8|float|bit weights",
        ),
        dict.fromkeys("pqrs", "model.precision"),
    ),
    Passing(
        Pattern(
            r"(?i)\bheads?\W{1,8}\d{1,3},? (?:each )?(?:with|of) (?P<d>\d{2,3}) dim"
            r"|\b\d{1,3} (?:attention |query |kv )?heads,? (?:each )?(?:with|of) (?P<e>\d{2,3}) dimensions\b",
            "head",
            " dim",
        ),
        dict.fromkeys("de", "model.head_dim"),
    ),
    Passing(
        Pattern(
            rf"(?i)\bvocabulary (?:has|is|of|contains|with|holds) (?P<v>{N})"
            r"(?= (?:entries|tokens|words|pieces)|[,.;)]|$)",
            "vocabulary",
        ),
        {"v": "model.vocab_size"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:an?|each|every|one|per) (?:pipeline |PP )?stage (?:then |thus |therefore )?(?:{_HOLDS}) "
            r"(?:(?:\d{1,4} ?[/÷] ?\d{1,3} ?= ?)?(?P<l>\d{1,3}) (?:transformer |decoder )?layers(?: and |, | on ))?"
            rf"(?P<d>{COUNT}) (?:consecutive )?(?:{KIND}|ranks)\b"
            r"(?:(?: \([^()]*\))?(?: and|,) (?P<m>\d{1,3}) (?:transformer |decoder )?layers\b)?",
            " stage ",
        ),
        {"l": "strategy.layers_per_stage", "d": "strategy.devices_per_stage", "m": "strategy.layers_per_stage"},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:each|every) expert is (?:in addition |also |further |additionally )?"
            r"(?:cut|split|sharded|divided) (?:by|over|across|with) (?:TP|ETP) ?=?(?P<e>\d{1,2})\b",
            "expert is",
        ),
        {"e": "strategy.expert_tp"},
    ),
    Passing(
        Pattern(
            r"(?i)^\W*(?:routed |local )?experts?\W{1,6}"
            rf"(?P<n>\d{{1,4}}) (?:per|(?:on|in) (?:each|every)) {DEVICE}\b",
            "expert",
        ),
        {"n": "strategy.experts_per_device"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:both|all|the) (?:(?:{COUNT}) )?(?:pipeline )?stages (?:have|hold|get|own|run) (?P<l>\d{{1,3}}) "
            r"(?:transformer |decoder )?layers\b",
            " stages ",
            "layers",
        ),
        {"l": "strategy.layers_per_stage"},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:feed-?forward|FFN|MLP)(?: layers?| blocks?| networks?)? (?:expands?|widens?|goes|maps) "
            rf"(?:the hidden (?:size|state) )?(?:up )?to (?P<f>{N})\b(?! ?[%x×])",
            "forward|ffn|mlp",
            "expand|widen|goes|map",
        ),
        {"f": "model.ffn_hidden_size"},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}\d{{1,3}} (?:query |attention |q )?heads? ?[/÷] ?TP ?=? ?\d{{1,3}} ?= ?"
            r"(?P<h>\d{1,3})(?![\w.]|,\d)",
            "head",
            "tp",
        ),
        {"h": "strategy.heads_per_device"},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:query |attention )?heads? (?:become|becomes|give|gives|leave|leaves|make|makes) "
            rf"(?P<h>\d{{1,3}}) (?:per|on each|on every) {DEVICE}\b",
            "head",
        ),
        {"h": "strategy.heads_per_device"},
    ),
)
