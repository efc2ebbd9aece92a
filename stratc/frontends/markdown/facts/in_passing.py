"""Facts that running text states beside something else: "40 requests/s, prompt 2048, output 256", "3 nodes × 8"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stratc.frontends.markdown.document.likely import Likely
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, NUMBERS
from stratc.frontends.markdown.document.rows import ROW_OF, value_of
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role, Topic
from stratc.ir.values import Extent
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

_N = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?[kK]?"
_ALONE = {"one": 1, "single": 1}
_COUNT = rf"\d{{1,5}}|{NUMBER_WORD}|{'|'.join(_ALONE)}"
_RATE = r"\d[\d,]*(?:\.\d+)? ?(?:TB|GB)(?:/s|ps)"
_LOADS = (
    r"(?:sequence|request|prompt|chat|user|session|conversation|document|contract|stream|dialogue|ticket|query|quer"
    r"(?:y|ie)|sample|call|agent|review|slot)s?"
)
_AT_ONCE = r"(?:in parallel|at once|in flight|concurrently|simultaneously|at the same time|at a time|in the batch)"
_FORMAT = r"fp8|fp16|bf16|int8|float16|bfloat16|float8|fp4|int4"
_IN_GB = f"gb {DEVICE_ROW.replace('|', '|gb ')}"
_PER_SECOND = "tb/s|gb/s|tbps|gbps"
_FREE = r"(?<![\w.,×*-])"  # where a figure begins that is no part of another
_KIND = f"{DEVICE}s"
_LENGTHS = rf"(?:{_N})(?: ?(?:[-–]|to) ?(?:{_N}))?"
_WOULD_DO = r"(?i)\W*(?:already )?(?:could|would|can|suffice|are (?:enough|sufficient)|hold|might|may)\b"
_SEQUENCES = r"(?:sequence|request|prompt|sample)s?"
_LINKED = Pattern(
    r"(?i)link|network|all-?reduce|all-?to-?all|gather|transfer|interconnect|fabric|infiniband|pcie|hccs|"
    r"\bper direction|between|effective|achieved|measured|通信|互联|互连",
    "link|network|reduce|all|gather|transfer|interconnect|fabric|infiniband|pcie|hccs|direction|between|effective|"
    "achieved|measured|通信|互联|互连",
)
_COMES_TO = Pattern(rf"(?i)[^=→.;]{{0,24}}[=→] ?~?{_RATE} (?:effective|usable|achievable)\b", "=|→")
_BOUNDS = {
    # between which a figure can be such a fact; links may have less than the memories
    "workload.prompt_length": (16, 1e7),
    "workload.output_length": (1, 1e6),
    "workload.sequence_length": (256, 1e7),
    "hardware.memory": (8e9, 400e9),
    "hardware.memory_bandwidth": (0.7e12, 30e12),
    "hardware.bandwidth_utilization": (0.3, 1.0),
    "hardware.devices_per_node": (2, 32),
    "hardware.peak_flops": (1e13, 3e16),
    "hardware.mfu": (0.05, 0.9),
    "model.head_dim": (16, 512),
    "model.parameters": (1e8, 1e13),
    "strategy.expert_tp": (2, 32),
}


class _Row(NamedTuple):
    """A pattern, and the fact that each of its groups gives."""

    pattern: Pattern
    keys: Mapping[str, str]
    alone: bool = False  # whether words of links turn it away


SHARED_OPTIMIZER = Pattern(  # the one fact here that is told without a figure
    r"(?i)(?<!no )(?<!without )(?<!without the )(?<!no need for the )\b(?P<z>distributed[ -]optimi[sz]er)\b"
    r"(?! (?:is |was )?(?:off|not|disabled|would|could))",
    "distributed optimi|distributed-optimi",
)
_PROMPT, _OUTPUT, _CONTEXT = "workload.prompt_length", "workload.output_length", "workload.sequence_length"
_SIZE = "model.parameters"
_BATCH, _MEMORY, _WIDTH = "workload.batch_size", "hardware.memory", "hardware.memory_bandwidth"
_USE, _NODE = "hardware.bandwidth_utilization", "hardware.devices_per_node"
_ROWS = (
    _Row(
        Pattern(
            rf"(?i)\bprompts?(?: of| length| tokens)? (?P<p>{_N})(?: tokens)?[,;/ ]{{1,3}}(?:and )?"
            rf"(?:outputs?|generation)(?: of| length| tokens)? (?P<o>{_N})(?! ?%)",
            "prompt",
            "output|generation",
        ),
        {"p": _PROMPT, "o": _OUTPUT},
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}(?P<p>{_N})(?: tokens)?[ -]in(?:put)?(?: ?/ ?|, | and | \+ )"
            rf"(?P<o>{_N})(?: tokens)?[ -]out(?:put)?\b",
            " in|-in",
            " out|-out",
        ),
        {"p": _PROMPT, "o": _OUTPUT},
    ),
    _Row(
        Pattern(
            rf"(?i)\b(?:context(?: length| window)?|sequence)(?: of| is|:)?(?: up to| at most)? "
            rf"(?P<c>{_N})(?= tokens|[,.;)]|$)",
            "context|sequence",
        ),
        {"c": _CONTEXT},
    ),
    _Row(
        Pattern(
            rf"(?i)\b(?:rows|sequences|samples|blocks) of (?P<c>{_N}) tokens\b(?! in (?:total|all))", "s of", "tokens"
        ),
        {"c": _CONTEXT},
    ),
    _Row(
        Pattern(
            rf"(?i)\binto (?P<v>{_COUNT}) (?:model |virtual |smaller |equal )?(?:chunks|virtual (?:pipeline )?stages)\b"
            r"(?=[^.;]*(?:stage|interleav|pipeline|layer|each|of (?:\d|one|two|three|four)))",
            "chunks|virtual",
        ),
        {"v": "strategy.vpp"},
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}(?P<b>{_COUNT}) concurrent (?:long |user |chat |active )?"
            r"(?:requests|sequences|users|sessions)\b",
            "concurrent",
        ),
        {"b": _BATCH},
    ),
    _Row(
        Pattern(
            rf"(?i)(?<![→=] ){_FREE}(?P<b>{_COUNT}) (?:[a-z-]+ )?{_LOADS} (?:[a-z-]+ )?{_AT_ONCE}\b(?! as\b)",
            "in parallel|at once|in flight|concurrently|simultaneously|at the same time|at a time|in the batch",
        ),
        {"b": _BATCH},
    ),
    _Row(
        Pattern(
            rf"(?i)\b(?:each|all|all of them|every one)(?: is| are| being)?(?: up to)? (?P<c>{_N}) tokens(?: long)?"
            r"(?=[,;.)]|$)",
            "each|all|every one",
            "token",
        ),
        {"c": _CONTEXT},
    ),
    _Row(SHARED_OPTIMIZER, {"z": "strategy.zero_stage"}),
    _Row(
        Pattern(
            rf"(?i)\bcontexts?(?: length| window)?(?: is| are)? (?:capped|limited|cut|bounded|truncated|held) "
            rf"(?:at|to) (?P<c>{_N})(?= tokens|[,;.)]|$)"
            rf"|\blongest (?:\w+ ){{0,4}}?(?:is|has|have|accepts?|takes?|allow(?:s|ed)?)(?: at)? (?P<d>{_N}) tokens\b",
            "context|longest",
        ),
        {"c": _CONTEXT, "d": _CONTEXT},
    ),
    _Row(
        Pattern(
            r"(?i)\b(?:kv(?:[- ]?cache)?|cache)"
            r"(?: (?:stays|is|are|kept|in|at|held|stored|remains|dtype|format|precision|type)){0,3}"
            rf"(?: |: |, | \(|=)(?P<k>{_FORMAT})\b|\b(?P<l>{_FORMAT})(?: e4m3| e5m2)? kv\b",
            "kv|cache",
            "fp|int|bf|float",
        ),
        {"k": "model.kv_precision", "l": "model.kv_precision"},
    ),
    _Row(
        Pattern(
            r"(?i)\bbatch(?: size)?(?: of|:)? (?P<b>\d{1,5})(?= (?:in|for) decode\b|, (?:prompt|input|context)s?\b)",
            "batch",
            "decode|, prompt|, input|, context",
        ),
        {"b": _BATCH},
    ),
    _Row(
        Pattern(
            rf"(?i)^\W*global (?P<g>\d{{1,5}}|\d{{1,2}},\d{{3}}) {_SEQUENCES}\b(?! per\b)",
            "global",
        ),
        {"g": _BATCH},
    ),
    _Row(
        Pattern(
            rf"(?i)\beffective (?:global )?batch(?: size)?(?:\W{{1,6}}| is | of )(?P<b>\d{{1,5}})"
            rf"(?= {_SEQUENCES}| ?[(,.;]| ?$)(?! {_SEQUENCES} (?:per|each|on|in)\b)",
            "effective",
            "batch",
        ),
        {"b": _BATCH},
    ),
    _Row(
        Pattern(
            rf"(?i)\bbatch(?:es)?(?: size)?\W{{0,4}}(?:of )?\d{{1,5}} {_SEQUENCES}(?:,| of| with| at| [×x])? "
            rf"(?:(?:each|of|with|lengths?|up to)[: ]+)*(?P<c>{_LENGTHS}) tokens\b"
            rf"(?! (?:in (?:total|all)|total|per (?!{_SEQUENCES}\b)))",
            "batch",
            "token",
        ),
        {"c": _CONTEXT},
    ),
    _Row(
        Pattern(
            r"(?i)\b(?:TTFT|prefill) ?[(（](?P<p>\d{1,3}[kK]|\d{3,6})(?: (?:tokens?|prompt|input)){0,2}[)）]",
            "ttft|prefill",
        ),
        {"p": _PROMPT},
    ),
    _Row(
        Pattern(rf"(?i){_FREE}(?P<n>{_COUNT}) {_SEQUENCES}(?: \w+){{0,2}} as (?:\w+ )?micro-?batches", "micro", " as "),
        {"n": "workload.micro_batches"},
    ),
    _Row(
        Pattern(
            rf"(?i)micro-?batches(?:: \d{{1,4}})? ?(?:\(|of )(?P<m>{_COUNT}) {_SEQUENCES}(?: each)?\b",
            "micro",
            "sequence|request|prompt|sample",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    _Row(
        Pattern(rf"(?i){_FREE}(?P<n>{_COUNT}) ?[x×]? ?(?P<g>\d{{2,3}} ?GB) {_KIND}\b", _IN_GB),
        {"n": "hardware.device_count", "g": _MEMORY},
    ),
    _Row(
        Pattern(
            r"(?i)(?:nodes?|servers?|boxes|machines?)\b[^,;.:×\d]{0,12}[A-Z]*\d{0,3}, "
            r"(?P<n>\d{1,2}) ?[x×] ?(?P<g>\d{2,3} ?GB)\b",
            "gb",
            "node|server|box|machine",
        ),
        {"n": _NODE, "g": _MEMORY},
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}\d{{1,4}} ?(?:nodes|servers|boxes|machines|台) ?(?:of|with|[x×]) ?(?P<n>\d{{1,2}})"
            rf"(?=[,;.)] ?|$| ?[x×] ?[A-Z]| {_KIND})",
            "node|server|box|machine|台",
        ),
        {"n": _NODE},
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}\d+(?:\.\d+)? ?B(?:illion)?(?: param(?:eter)?s?)? ?[×x*] ?"
            r"(?P<p>2 ?(?:bytes?|B|字节))(?![\w.])",
            "2 b|2b|2 字节|2字节",
        ),
        {"p": "model.precision"},
    ),
    _Row(
        Pattern(
            r"(?i)micro-?batch(?:es)? (?:hold|contain|ha[sv]e?|carr(?:y|ies)|(?:consists? )?of|with)s? (?:a |an "
            r"|only )?"
            r"(?:(?P<m>single|one)(?= (?:packed )?(?:sequence|row|sample)|[,;.:]|$)"
            r"|(?P<n>\d{1,3})(?= (?:packed )?(?:sequence|row|sample)))",
            "micro",
            "hold|contain|has|hav|carr|of|with",
        ),
        dict.fromkeys("mn", "workload.micro_batch_size"),
    ),
    _Row(
        Pattern(
            r"(?i)\b(?P<m>single|one|\d{1,3})[- ](?:packed )?(?:sequence|row|sample)s? (?:(?:per|in (?:a|each|"
            r"every)|a) )?"
            r"micro-?batch",
            "micro",
            "sequence|row|sample",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    _Row(
        Pattern(
            rf"(?i)\b(?:step|update|iteration) (?:consume|processe|cover|see|use|take|span|contain|average|comprise)s? "
            rf"(?P<b>{_N}) (?:packed )?{_SEQUENCES}\b"
            rf"|{_FREE}(?P<c>{_N}) (?:packed )?{_SEQUENCES}(?: \([^()]*\))?(?: (?:of|at|[×x]) (?:{_N})(?: "
            rf"tokens?)?(?: each)?)?,? "
            r"(?:per|in (?:a|each|every)|for each|an?|each|every) (?:optimi[sz]er |global |training )?"
            r"(?:step|update|iteration)\b(?! (?:per|and|on each))",
            "step|update|iteration",
            "sequence|request|prompt|sample",
        ),
        {"b": _BATCH, "c": _BATCH},
    ),
    _Row(
        Pattern(
            rf"(?i)^(?:(?!micro|eval|cache|calib|\b(?:per|each|every)\b)[^.])*?{_FREE}(?P<b>{_N}) (?:packed )?"
            rf"(?:sequence|row|sample)s?(?:,| of| ?[×x]| at) (?P<c>{_N}) tokens(?: each| apiece)?(?=[.,;)]|$| "
            rf"per step| per update)",
            "sequence|row|sample",
            "tokens",
            ",| of|x|×| at",
        ),
        {"b": _BATCH, "c": _CONTEXT},
    ),
    _Row(
        Pattern(
            rf"(?i)\baccumulat(?:e|es|ed|ing)(?: the| its| their)?(?: gradients?)? (?:over|for|across|during) "
            rf"(?P<a>{_COUNT}) (?:\w+ )?(?:passes|micro-?batches|micro-?steps|steps|rounds|"
            rf"forward|batches)",
            "accumulat",
        ),
        {"a": "workload.accumulation_steps"},
    ),
    _Row(
        Pattern(
            rf"(?i)\b(?:each|every|a|per) (?:{DEVICE}|rank|replica|device) (?:processes|handles|works on|gets|"
            rf"takes|sees|computes)"
            rf" (?P<m>{_COUNT}) {_SEQUENCES} (?:at a time|at once|per (?:forward|pass|micro)|in (?:a|each|one) "
            rf"(?:forward|pass))",
            "processes|handles|works on|gets|takes|sees|computes",
            "sequence|request|prompt|sample",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    _Row(
        Pattern(
            rf"(?i)micro-?batch(?:es)? (?:holds?|has|have|contains?|takes?|comprises?) (?P<m>{_COUNT}) of them\b",
            "micro",
            " of them",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    _Row(
        Pattern(
            rf"(?i)\breplicated (?P<d>{_N}) times\b|\b(?P<e>{_COUNT}) (?:model |full )?replicas of (?:the|it)\b",
            "replica",
        ),
        {"d": "strategy.dp", "e": "strategy.dp"},
    ),
    _Row(
        Pattern(rf"(?i)^\W*accumulate\W{{1,6}}(?:over )?(?P<a>{_COUNT})\b", "accumulate"),
        {"a": "workload.accumulation_steps"},
    ),
    _Row(
        Pattern(
            rf"(?i)\b(?:fed|feeds?|gets?|runs?|sees?|processes|has|works? (?:on|through)|thus|so|hence|with) "
            rf"(?P<n>{_COUNT}) of them\b(?=[^.;]{{0,24}}(?:pipeline|replica|step|update|flush|batch))",
            " of them",
        ),
        {"n": "workload.micro_batches"},
    ),
    _Row(Pattern(r"(?i)(?:单卡|每卡) ?(?P<t>\d{2,4} ?TFLOPS?)", "单卡|每卡"), {"t": "hardware.peak_flops"}),
    _Row(
        Pattern(rf"(?i){_FREE}\d{{1,3}} ?[x×] ?(?P<n>\d{{1,2}})-{DEVICE}\b", f"-{DEVICE_ROW.replace('|', '|-')}"),
        {"n": _NODE},
    ),
    _Row(Pattern(r"每(?:台|个?节点) ?(?P<n>\d{1,2}) ?(?:[x×]|NPU|GPU|卡|张)", "每"), {"n": _NODE}),
    _Row(Pattern(rf"(?i)(?:bandwidth|带宽)\W{{0,3}}(?P<r>{_RATE})", "bandwidth|带宽"), {"r": _WIDTH}, alone=True),
    _Row(
        Pattern(
            rf"(?i)(?P<r>{_RATE})(?: per {DEVICE}| each)? ?(?:at|[x×*]|with|@) ?(?P<u>\d{{2}} ?%)", "%", _PER_SECOND
        ),
        {"r": _WIDTH, "u": _USE},
        alone=True,
    ),
    _Row(
        Pattern(
            rf"(?i)(?P<r>{_RATE})(?:,| ?\(| with| at)? ?"
            r"(?:(?:utili[sz]ation|efficiency|usage|利用率)(?: rate)?(?: of|:)? ?(?P<u>\d{2} ?%)"
            r"|(?P<v>\d{2} ?%) (?:usable|attainable|achievable|utili[sz]ation|efficiency|can be used))",
            "%",
            _PER_SECOND,
        ),
        {"r": _WIDTH, "u": _USE, "v": _USE},
        alone=True,
    ),
    _Row(
        Pattern(
            r"(?i)(?P<t>\d{2,4} ?TFLOPS?)(?: per \w+)?(?:,| ?\(| with| at)? ?"
            r"(?:an? )?(?:expected|assumed|assuming) MFU(?: of|:)? (?P<u>\d{2} ?%)",
            "mfu",
            "tflop",
        ),
        {"t": "hardware.peak_flops", "u": "hardware.mfu"},
    ),
    _Row(
        Pattern(
            r"(?i)\bat (?P<u>\d{2} ?%) of (?:the |its )?(?:memory |HBM |VRAM )?bandwidth"
            r"|\bat full bandwidth\b[^%.;]{0,30} at (?P<v>\d{2} ?%)",
            "bandwidth",
            "% of |at full",
        ),
        {"u": _USE, "v": _USE},
        alone=True,
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}\d{{1,5}} ?[x×*] ?(?P<t>\d{{2,4}} ?TFLOPS?) ?(?:[x×*]|at|and) ?(?P<u>\d{{2}} ?%)"
            rf"|\bat (?P<v>\d{{2}} ?%) of \d{{1,5}} ?[x×*] ?(?P<s>\d{{2,4}} ?TFLOPS?)",
            "tflop",
            "%",
        ),
        {"t": "hardware.peak_flops", "u": "hardware.mfu", "v": "hardware.mfu", "s": "hardware.peak_flops"},
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}\d{{1,3}} (?:attention |query |q |kv )?heads?"
            r"(?: ?[x×*]| of(?: dimension| size| dim| width)?) ?(?P<d>\d{2,3})(?![\w.]|,\d| ?[x×*/÷])",
            "×|*|head x|heads x|headx|headsx|head of|heads of",
            "head",
        ),
        {"d": "model.head_dim"},
    ),
    _Row(
        Pattern(
            r"(?i)\beach expert is (?:split|cut|sharded|divided)\b[^.;]{0,30}?"
            r"(?:\d ?/ ?(?P<e>\d{1,2}) ?=|into (?P<f>\d{1,2})\b"
            rf"|(?:over|across) (?P<g>\d{{1,2}}) {_KIND})"
            r"|每个专家[^，。;；\d]{0,4}切 ?(?P<h>\d{1,2}) ?份",
            "each expert is|每个专家",
        ),
        dict.fromkeys("efgh", "strategy.expert_tp"),
    ),
    _Row(
        Pattern(
            rf"(?i)\bheads (?P<n>\d{{1,3}}) (?:per|on each) {DEVICE}\b"
            rf"|{_FREE}(?P<m>\d{{1,3}}) (?:query |attention |q )?heads?(?:,| and) \d{{1,3}} kv heads? per "
            rf"{DEVICE}\b",
            "head",
            "per|on each",
        ),
        dict.fromkeys("nm", "strategy.heads_per_device"),
    ),
    _Row(
        Pattern(
            rf"(?i){_FREE}(?P<k>{_COUNT}) experts (?:are )?active(?=[,;.)]|$)", "experts active|experts are active"
        ),
        {"k": "model.top_k"},
    ),
    _Row(
        Pattern(
            r"(?i)\btokens? (?:is |are )?(?:routed|sent|dispatched|assigned|activates?|selects?|uses?|visits?) (?:to )?"
            rf"(?:only |exactly |its |the )?(?:top[- ])?(?P<k>{_COUNT})"
            r"(?: (?:out )?of \d{1,4})?(?: routed)? experts\b",
            "token",
            "experts",
        ),
        {"k": "model.top_k"},
    ),
    _Row(
        Pattern(
            r"(?i)\b(?:routers?|gates?|gating)\b[^.;:\d]{0,24}\b(?:sends?|routes?|dispatch(?:es)?|assigns?|gives?) "
            rf"(?:each|every|a|any|all) tokens? to (?:its |the )?(?:best |top )?(?P<k>{_COUNT}) "
            r"(?:of (?:them|these|\d)|(?:routed )?experts)\b",
            "token",
            "router|gate|gating",
        ),
        {"k": "model.top_k"},
    ),
    _Row(
        Pattern(r"(?i)\bpipeline (?:has|of) (?P<s>\d{1,3}) stages\b", "pipeline has|pipeline of"), {"s": "strategy.pp"}
    ),
    _Row(
        Pattern(
            rf"(?i)\bdata[- ]parallel(?: attention)? (?:over|across) (?:all )?(?P<d>{_COUNT}) (?:{_KIND}|ranks)\b",
            "data parallel|data-parallel",
            "over|across",
        ),
        {"d": "strategy.dp"},
    ),
    _Row(
        Pattern(
            r"(?i)(?P<n>(?<![\w.,-])\d{1,4}(?:\.\d+)?B) (?:dense|moe|decoder)"
            r"(?: model| llm| transformer)?(?=[,;.)]|$| on | for )"
            r"|\bfor (?:an? )?(?P<m>\d{1,4}(?:\.\d+)?B) on \d",
            "b dense|b moe|b decoder|b on",
        ),
        dict.fromkeys("nm", "model.parameters"),
    ),
    _Row(
        Pattern(
            r"(?i)^\W*model(?: size)?:? (?P<n>\d{1,4}(?:\.\d+)?B)(?=[,;)]|$| (?:dense|in|parameters|params|on)\b)",
            "model",
        ),
        {"n": "model.parameters"},
    ),
    _Row(
        Pattern(
            r"(?i)\b(?:serve|run|host|deploy) (?:it|them|the model) in (?P<p>[a-z]{2,4}\d+)\b"
            r"|\b(?:model|checkpoint|weights) (?:is|are) (?:served|hosted|deployed|stored|loaded|kept) in "
            rf"(?P<q>{_FORMAT})\b"
            rf"|{_FREE}\d{{1,4}}(?:\.\d+)?B (?:at|in|as) (?P<r>{_FORMAT})\b|\b(?P<s>[48])-bit weights\b",
            "serve|run|host|deploy|store|load|kept|b at|b in|b as|bit weights",
            "fp|bf16|int4|int8|float|bit weights",
        ),
        dict.fromkeys("pqrs", "model.precision"),
    ),
)
_LIKELY = Likely((row, row.pattern.words) for row in _ROWS)
_CELLS = {
    # labels of rows whose cell is nothing but the figure
    **dict.fromkeys(("concurrent sequence", "concurrent request", "concurrency", "concurrent user"), _BATCH),
    **dict.fromkeys(("slot", "batch slot", "sequence in flight", "request in flight", "request in parallel"), _BATCH),
    **dict.fromkeys(("max context", "maximum context", "context", "max model length", "max model len"), _CONTEXT),
    **dict.fromkeys(("max token in a sequence", "padded length", "longest sequence", "max length"), _CONTEXT),
    **dict.fromkeys(("weight", "total size", "size", "n", "complete model", "whole model", "total weight"), _SIZE),
}
_CELL = Pattern(rf"\s*(?P<n>{_N})(?: ?B|(?: tokens)?)(?: (?:weights|params|parameters))?\s*")


def in_passing(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the facts that a sentence or a cell states in passing."""
    if sentence.scope.role not in (Role.PLAN, Role.TARGET):
        return
    text = sentence.text.replace("\n", " ")
    for row in _LIKELY.of(text.lower()):
        for match in row.pattern.finditer(text):
            if not (row.alone and _is_of_link(sentence, match)):
                yield from _stated(sentence, row, match)
    key = _CELLS.get(sentence.key_text, "")
    begin = max(0, sentence.value[0].start - sentence.start) if key and sentence.value else 0
    if key and (whole := _CELL.match(text, begin)) and not text[whole.end() :].strip(" .;"):
        yield from _stated(sentence, _Row(_CELL, {"n": key}), whole)


def _is_of_link(sentence: Sentence, match: Match[str]) -> bool:
    """Whether words of links are beside a rate; "effective" is none behind what a share of a memory's rate comes to."""
    text, result = sentence.text, _COMES_TO.match(sentence.text, match.end())
    if result and sentence.scope.topics[:1] != (Topic.COMMUNICATION,):
        text = text[: result.start()] + text[result.end() :]
    return bool(_LINKED.search(text))


def _stated(sentence: Sentence, row: _Row, match: Match[str]) -> Iterator[Statement]:
    """What one place says, if all of its groups have values that such facts can have."""
    found = {name: _value(sentence, key, match, name) for name, key in row.keys.items() if match[name]}
    if any(value is None for value in found.values()):
        return
    if "hardware.device_count" in row.keys.values() and re.match(_WOULD_DO, sentence.text[match.end() :]):
        return  # "two 64 GB GPUs could hold them"
    for name, value in found.items():
        if value is not None:
            said = said_at(sentence, row.keys[name], value, match.span(name))
            bound = isinstance(value, Extent) and said.scope.role is Role.ALTERNATIVE and " up to " in match[0]
            yield replace(said, scope=sentence.scope) if bound else said


def _value(sentence: Sentence, key: str, match: Match[str], name: str) -> Value | None:
    """What is written as a value of the fact; None where it is beyond what such a fact can be."""
    if key == "strategy.zero_stage":
        return 1  # which divides what the first stage of ZeRO does
    if key == "model.kv_precision":
        return PRECISIONS.get(match[name].lower())
    if key == "model.precision":
        two_bytes = match[name].startswith("2")  # "70B × 2 bytes", whichever of the two formats it is
        bits = f"int{match[name]}" if match[name].isdigit() else match[name].lower()
        return "bf16" if two_bytes else PRECISIONS.get(bits)
    start = sentence.start + match.start(name)
    figure = next((token.figure for token in sentence.tokens if token.start == start and token.figure), None)
    if key == _BATCH and sentence.scope.role is Role.TARGET:
        return None  # a load that must be borne, of which nobody knows how much is worked on at once
    least, most = _BOUNDS.get(key, (1, 100_000))
    if figure is None:
        word = match[name].lower()
        return _ALONE.get(word) or NUMBERS.get(word)
    row = ROW_OF.get(key)
    value = value_of(row, figure) if row else int(figure.value)
    return value if least <= figure.value <= most else None
