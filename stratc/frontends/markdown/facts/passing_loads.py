"""Loads that running text states beside something else: "40 requests/s, prompt 2048, output 256"."""

from __future__ import annotations

from stratc.frontends.markdown.facts.passing import COUNT, FREE, SEQUENCES, N, Passing
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

_LOADS = (
    r"(?:sequence|request|prompt|chat|user|session|conversation|document|contract|stream|dialogue|ticket|query|quer"
    r"(?:y|ie)|sample|call|agent|review|slot)s?"
)
_AT_ONCE = r"(?:in parallel|at once|in flight|concurrently|simultaneously|at the same time|at a time|in the batch)"
_ANSWERS = r"answers?|repl(?:y|ies)|responses?|completions?"
_LENGTHS = rf"(?:{N})(?: ?(?:[-–]|to) ?(?:{N}))?"
_PROMPT, _OUTPUT, CONTEXT = "workload.prompt_length", "workload.output_length", "workload.sequence_length"
BATCH = "workload.batch_size"
LOADS = (
    Passing(
        Pattern(
            rf"(?i)\bprompts?(?: of| length| tokens)? (?P<p>{N})(?: tokens)?[,;/ ]{{1,3}}(?:and )?"
            rf"(?:outputs?|generation)(?: of| length| tokens)? (?P<o>{N})(?! ?%)",
            "prompt",
            "output|generation",
        ),
        {"p": _PROMPT, "o": _OUTPUT},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}(?P<p>{N})(?: tokens)?[ -]in(?:put)?(?: ?/ ?|, | and | \+ )"
            rf"(?P<o>{N})(?: tokens)?[ -]out(?:put)?\b",
            " in|-in",
            " out|-out",
        ),
        {"p": _PROMPT, "o": _OUTPUT},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:context(?: length| window)?|sequence)(?: of| is|:)?(?: up to| at most)? "
            rf"(?P<c>{N})(?= tokens|[,.;)]|$)",
            "context|sequence",
        ),
        {"c": CONTEXT},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:rows|sequences|samples|blocks) of (?P<c>{N}) tokens\b(?! in (?:total|all))", "s of", "tokens"
        ),
        {"c": CONTEXT},
    ),
    Passing(
        Pattern(
            rf"(?i)(?:\bup to )?{FREE}(?P<b>{COUNT}) concurrent (?:long |user |chat |active )?"
            r"(?:requests|sequences|users|sessions)\b",
            "concurrent",
        ),
        {"b": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i)(?:\bup to )?(?<![→=] )(?<!can keep )(?<!can hold ){FREE}(?P<b>{COUNT}) (?:[a-z-]+ )?"
            rf"{_LOADS} (?:[a-z-]+ )?{_AT_ONCE}\b(?! as\b)",
            "in parallel|at once|in flight|concurrently|simultaneously|at the same time|at a time|in the batch",
        ),
        {"b": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:each|all|all of them|every one)(?: is| are| being)?(?: up to)? (?P<c>{N}) tokens(?: long)?"
            r"(?=[,;.)]|$)",
            "each|all|every one",
            "token",
        ),
        {"c": CONTEXT},
    ),
    Passing(
        Pattern(
            rf"(?i)\bcontexts?(?: length| window)?(?: is| are)? (?:capped|limited|cut|bounded|truncated|held) "
            rf"(?:at|to) (?P<c>{N})(?= tokens|[,;.)]|$)"
            rf"|\blongest (?:\w+ ){{0,4}}?(?:is|has|have|accepts?|takes?|allow(?:s|ed)?)(?: at)? (?P<d>{N}) tokens\b",
            "context|longest",
        ),
        {"c": CONTEXT, "d": CONTEXT},
    ),
    Passing(
        Pattern(
            r"(?i)\bbatch(?: size)?(?: of|:)? (?P<b>\d{1,5})(?= (?:in|for) decode\b|, (?:prompt|input|context)s?\b)",
            "batch",
            "decode|, prompt|, input|, context",
        ),
        {"b": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i)^\W*global (?P<g>\d{{1,5}}|\d{{1,2}},\d{{3}}) {SEQUENCES}\b(?! per\b)",
            "global",
        ),
        {"g": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i)\beffective (?:global )?batch(?: size)?(?:\W{{1,6}}| is | of )(?P<b>\d{{1,5}})"
            rf"(?= {SEQUENCES}| ?[(,.;]| ?$)(?! {SEQUENCES} (?:per|each|on|in)\b)",
            "effective",
            "batch",
        ),
        {"b": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i)\bbatch(?:es)?(?: size)?\W{{0,4}}(?:of )?\d{{1,5}} {SEQUENCES}(?:,| of| with| at| [×x])? "
            rf"(?:(?:each|of|with|lengths?|up to)[: ]+)*(?P<c>{_LENGTHS}) tokens\b"
            rf"(?! (?:in (?:total|all)|total|per (?!{SEQUENCES}\b)))",
            "batch",
            "token",
        ),
        {"c": CONTEXT},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:TTFT|prefill) ?[(（](?P<p>\d{1,3}[kK]|\d{3,6})(?: (?:tokens?|prompt|input)){0,2}[)）]",
            "ttft|prefill",
        ),
        {"p": _PROMPT},
    ),
    Passing(
        Pattern(rf"(?i){FREE}(?P<n>{COUNT}) {SEQUENCES}(?: \w+){{0,2}} as (?:\w+ )?micro-?batches", "micro", " as "),
        {"n": "workload.micro_batches"},
    ),
    Passing(
        Pattern(
            rf"(?i)micro-?batches(?:: \d{{1,4}})? ?(?:\(|of )(?P<m>{COUNT}) {SEQUENCES}(?: each)?\b",
            "micro",
            "sequence|request|prompt|sample",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    Passing(
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
    Passing(
        Pattern(
            r"(?i)\b(?P<m>single|one|\d{1,3})[- ](?:packed )?(?:sequence|row|sample)s? (?:(?:per|in (?:a|each|"
            r"every)|a) )?"
            r"micro-?batch",
            "micro",
            "sequence|row|sample",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:step|update|iteration) (?:consume|processe|cover|see|use|take|span|contain|average|comprise)s? "
            rf"(?P<b>{N}) (?:packed )?{SEQUENCES}\b"
            rf"|{FREE}(?P<c>{N}) (?:packed )?{SEQUENCES}(?: \([^()]*\))?(?: (?:of|at|[×x]) (?:{N})(?: "
            rf"tokens?)?(?: each)?)?,? "
            r"(?:per|in (?:a|each|every)|for each|an?|each|every) (?:optimi[sz]er |global |training )?"
            r"(?:step|update|iteration)\b(?! (?:per|and|on each))",
            "step|update|iteration",
            "sequence|request|prompt|sample",
        ),
        {"b": BATCH, "c": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i)^(?:(?!micro|eval|cache|calib|\b(?:per|each|every)\b)[^.])*?{FREE}(?P<b>{N}) (?:packed )?"
            rf"(?:sequence|row|sample)s?(?:,| of| ?[×x]| at) (?P<c>{N}) tokens(?: each| apiece)?(?=[.,;)]|$| "
            rf"per step| per update)",
            "sequence|row|sample",
            "tokens",
            ",| of|x|×| at",
        ),
        {"b": BATCH, "c": CONTEXT},
    ),
    Passing(
        Pattern(
            rf"(?i)\baccumulat(?:e|es|ed|ing)(?: the| its| their)?(?: gradients?)? (?:over|for|across|during) "
            rf"(?P<a>{COUNT}) (?:\w+ )?(?:passes|micro-?batches|micro-?steps|steps|rounds|"
            rf"forward|batches)",
            "accumulat",
        ),
        {"a": "workload.accumulation_steps"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:each|every|a|per) (?:{DEVICE}|rank|replica|device) (?:processes|handles|works on|gets|"
            rf"takes|sees|computes)"
            rf" (?P<m>{COUNT}) {SEQUENCES} (?:at a time|at once|per (?:forward|pass|micro)|in (?:a|each|one) "
            rf"(?:forward|pass))",
            "processes|handles|works on|gets|takes|sees|computes",
            "sequence|request|prompt|sample",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    Passing(
        Pattern(
            rf"(?i)micro-?batch(?:es)? (?:holds?|has|have|contains?|takes?|comprises?) (?P<m>{COUNT}) of them\b",
            "micro",
            " of them",
        ),
        {"m": "workload.micro_batch_size"},
    ),
    Passing(
        Pattern(rf"(?i)^\W*accumulate\W{{1,6}}(?:over )?(?P<a>{COUNT})\b", "accumulate"),
        {"a": "workload.accumulation_steps"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:fed|feeds?|gets?|runs?|sees?|processes|has|works? (?:on|through)|thus|so|hence|with) "
            rf"(?P<n>{COUNT}) of them\b(?=[^.;]{{0,24}}(?:pipeline|replica|step|update|flush|batch))",
            " of them",
        ),
        {"n": "workload.micro_batches"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:{_ANSWERS})(?: (?:of|have|has|with|takes?|average|are|is))?"
            rf"(?: (?:about|around|roughly|some|up to|typically|on average))? ?~?(?P<o>{N}) tokens\b(?! ?/| per)",
            "answer|repl|response|completion",
            "token",
        ),
        {"o": _OUTPUT},
    ),
    Passing(
        Pattern(
            rf"(?i)\bprompts? (?:of|has|have|with) (?:about |around |roughly |some )?(?P<p>{N})(?: tokens)?,? and "
            rf"(?:an? |the )?(?:{_ANSWERS}|outputs?) of (?:about |around |roughly |some )?(?P<o>{N})(?![\w%]| ?%)",
            "prompt",
            " of ",
        ),
        {"p": _PROMPT, "o": _OUTPUT},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}(?:{N}) {SEQUENCES} (?:per|on each|on every) [\w-]+(?: [\w-]+)?, (?P<b>{N}) (?:{SEQUENCES} )?"
            r"(?:in (?:total|all)|altogether|overall|(?:in|on|over|for) (?:the|an?) (?:whole )?"
            r"(?:instance|cluster|pool))\b",
            "sequence|request|prompt|sample",
            "total|all|instance|cluster|pool",
        ),
        {"b": BATCH},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}(?P<n>{COUNT}) micro-?batches of (?P<m>\d{{1,4}})(?=[,.;:)]| ?$| with\b| and\b)(?![.,]\d)",
            "micro",
            "batches of",
        ),
        {"n": "workload.micro_batches", "m": "workload.micro_batch_size"},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:set|fix|choose|take|use|keep) (?:the|an?) (?:global )?batch(?: size)? (?:to|at|of) "
            rf"(?P<b>{COUNT})(?=[,.;)]|$| {SEQUENCES})(?! {SEQUENCES} per)"
            rf"|^\W*(?:\w+\W{{1,4}})?batch of (?P<c>\d{{1,5}}) {SEQUENCES}(?=[,.;])",
            "batch",
        ),
        dict.fromkeys("bc", BATCH),
    ),
    Passing(
        Pattern(rf"(?i)\bcontexts?(?: lengths?)? (?:between|from) (?P<c>(?:{N}) (?:and|to) (?:{N})) tokens", "context"),
        {"c": CONTEXT},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}(?P<p>{N})[- ]tokens? prompts?(?:,| and|;|/) ?(?P<o>{N})[- ]tokens? (?:{_ANSWERS}|outputs?)",
            "prompt",
            "answer|repl|response|completion|output",
        ),
        {"p": _PROMPT, "o": _OUTPUT},
    ),
    Passing(
        Pattern(
            rf"(?i)\bprompts? (?:are|average|run|have|is) [^.;:\d]{{0,40}}?~?(?P<p>{N}) tokens\b(?! ?/| per)",
            "prompt",
            "token",
        ),
        {"p": _PROMPT},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:{_ANSWERS}) (?:are|average|run|is) [^.;:\d]{{0,40}}?~?(?P<o>{N}) tokens\b(?! ?/| per)",
            "answer|repl|response|completion",
            "token",
        ),
        {"o": _OUTPUT},
    ),
)
