"""What a sentence takes parallelism for that it is not: experts that talk, transfers of one stage, layers set apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.frontends.markdown.concepts.mistaken_groups import OTHERWISE, SAYINGS
from stratc.frontends.markdown.concepts.said_of_links import MEANT_OTHERWISE_OF_LINKS, SAID_OF_LINKS
from stratc.frontends.markdown.concepts.said_of_parts import MEANT_OTHERWISE_OF_PARTS, SAID_OF_PARTS
from stratc.frontends.markdown.concepts.said_of_splits import ALSO, DENIALS, MEANT_OTHERWISE, SAID_OF_SPLITS
from stratc.frontends.markdown.concepts.said_of_work import ALSO_OF_WORK, MEANT_OTHERWISE_OF_WORK, SAID_OF_WORK
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.likely import Likely
from stratc.frontends.markdown.words.vocabulary import DEVICE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

Place = tuple[int, int]
_REDUCE = r"(?:all - reduce|allreduce)"
_EACH_LAYER = r"(?:per|each|every|in each|in every|/|a) (?:transformer |decoder |model )?layer(?! norm)"
_CALLED = r"(?: operation| op| call| count)?"
_AXIS = r"(?:size|degree|rank|rank count|group size)?"
_EXPERT = rf"(?:ep|expert[ -]+parallel(?:ism)?) ?{_AXIS}"
_TENSOR = rf"(?:the )?(?:tp|tensor[ -]+parallel(?:ism)?) ?{_AXIS}"
_RAISING = "increasing|increase|raising|adding|add"
_LOWERING = "reducing|reduce|decreasing|decrease|lowering"
_FALLS = (
    r"(?: \(| \)| ,|(?: (?!(?:but|increase|raise|while|at|cost|and|for|trade)\b)[\w.%]+)){0,7}?"
    r" (?:reduce|reducing|lower|lowering|minimise|minimize|shrink|cut|decrease|decreasing)"
    r"(?: (?!(?:but|increase|raise|memory|and)\b)\w+){0,3} bubble\b"
)
_PIPELINE = (
    r"(?:pp ?\d*|pipeline parallelism|pipeline parallel|pipelining|pipeline(?: stage| depth)?"
    r"|(?:\d+|two|three|four|more) (?:pipeline )?stage)"
)
_SHORTENS = (
    r"(?:reduce|reducing|lower|lowering|halve|halving|cut|minimize|minimise|minimizing|minimising|shorten"
    r"|shortening|improve|improving|decrease|decreasing)"
)
_ON = r"(?: (?!(?:but|throughput|increase|raise|add|cost|memory|while|for|tp|tensor)\b)[\w(),:=-]+)"
_TIMES = r"(?:twice|\d+(?:\.\d+)? ?[x×])"
# concept, words of which one must stand in the sentence, and what says it in stems; patterns are compiled when needed
_SAYINGS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "experts_converse",
        ("each other", "one another", "themselves", "other expert", "to-expert"),
        (
            r"\b(?:expert (?:\w+ )?(?:communicate|talk|exchange|exchanging|communicating|talking)"
            r"(?: \w+){0,3} (?:with|to|between|among) (?:each other|one another|themselve|other expert"
            r"|every other expert)"
            r"|expert - to - expert (?:communication|transfer|traffic|exchange|message|link))\b"
        ),
    ),
    (
        "expert_degree_of_tensor",
        ("multiple of", "divisible by", "divide evenly by"),
        (
            rf"\b{_EXPERT} ?(?:must|should|has to|have to|need to|is required to)(?: always)?"
            rf"(?: be)?[^.;]{{0,24}}? (?:multiple of|divisible by|divide evenly by) {_TENSOR}(?= |$)"
        ),
    ),
    (
        "transfer_between_stages",
        ("stage",),
        (
            r"\b(?:point - to - point|p2p|send|sent|transfer|transferred|pass|passed|communication)(?: [\w/+-]+){0,5}?"
            r" (?:between (?:\w+ )?(?:pipeline )?stage|stage - to - stage"
            r"|from (?:one )?stage to (?:the )?(?:next )?stage"
            r"|to the next stage)\b"
        ),
    ),
    (
        "bubble_by_micro_batches",
        ("bubble",),
        r"\bmicro - ?batch\w*(?: \w+){0,5} (?:reduce|minimize|minimise|hide|shrink|lower)(?: \w+){0,2} bubble\b",
    ),
    (
        "bubble_reversed",
        ("bubble", "气泡"),
        (
            rf"\b(?:(?:fewer|less) micro - ?batch\b(?! size){_FALLS}"
            rf"|(?:{_LOWERING}) (?:the )?(?:number of |count of )micro - ?batch\b{_FALLS}"
            rf"|(?:larger|bigger) micro - ?batch\b(?! count| number){_FALLS}"
            rf"|(?:{_RAISING}|larger) (?:the )?micro - ?batch size{_FALLS}"
            rf"|(?:more|additional|{_RAISING}) (?:the )?(?:number of )?(?:more )?(?:pipeline |pp )?stage{_FALLS}"
            rf"|(?:{_RAISING}|higher|larger|deeper) (?:the )?(?:pp|pipeline)(?: parallelism| parallel)?"
            rf"(?: degree| depth| size)?{_FALLS}"
            r"|减少(?:微批次|micro ?- ?batch)(?:数量|数|个数)?[^,.，。；]{0,4}"
            r"(?:降低|减少|减小|缩小)[^,.，。；]{0,6}气泡)"
        ),
    ),
    (
        "layers_on_own_devices",
        ("own", "dedicated", "separate", "exclusive", "distinct", "different"),
        (
            r"\b(?:(?:each|every) (?:transformer |decoder )?layer(?: \w+){0,4} (?:its own|dedicated|separate|exclusive)"
            r"(?: (?:set|group|pool) of|(?: \w+)?) gpu"
            r"|(?:each|every) (?:transformer |decoder )?layer(?: \w+){0,4} (?:a|one) gpu of its own"
            r"|(?:dedicated|separate|distinct|different) gpu (?:for|per) (?:each |every )?layer)\b"
        ),
    ),
    (
        "latency_by_pipeline",
        (
            *("latency", "ttft", "response time", "per token", "user", "each token", "step time", "延迟", "时延"),
            *("first token", "critical path"),
        ),
        (
            rf"\b{_PIPELINE}{_ON}{{0,10}}? (?:{_SHORTENS}"
            r"(?: (?!(?:communication|transfer|network|memory|access|queue|hop|inter|bubble|overhead"
            r"|throughput|stage|and)\b)\w+){0,3}"
            r" (?:latency|ttft|response time|time per (?:output )?token|step time|time to (?:the )?first token"
            r"|critical path)"
            r"|(?:bring|push|drive)(?: \w+){0,2} latency(?: \w+){0,3} (?:down|to a)"
            rf"|(?:double|doubling|triple|{_TIMES})(?: the)? (?:speed|rate|token / #)"
            r" (?:of|for) (?:(?:a|one|each|every|the) )?(?:single )?(?:user|request|sequence|stream)"
            rf"|make (?:each|every|a|one|single) (?:token|request|step) (?:{_TIMES}|faster))\b"
            rf"|(?:with|through|by) {_PIPELINE}(?: [=:] \d+)?(?: ,)? (?:each|every|a|one|single) (?:token|request)"
            rf"(?: \w+){{0,2}} {_TIMES} faster\b"
            r"|流水线[^,.，。；通网]{0,24}(?:延迟|时延)[^,.，。；]{0,6}(?:减半|降低|缩短|减少)"
            r"|流水线[^,.，。；通网不]{0,8}(?:降低|缩短|减少)[^,.，。；通网]{0,10}(?:延迟|时延)"
        ),
    ),
    (
        "scores_negligible",
        ("attention",),
        (
            r"\battention(?: (?:score|flop|part|work|matrix))* ?(?:[=:] ?)?(?:is |are |be )?"
            r"(?:negligible|neglected|ignored|insignificant|left out)\b"
        ),
    ),
    (
        "communication_bottleneck",
        ("bottleneck",),
        (
            r"\b(?:bottleneck(?: \w+){0,2}?(?: [:=])?(?: (?:is|remain|the|inter|node|cross|expert|-))*"
            r" (?:communication|all - to - all|all - reduce)"
            r"|(?:communication|all - to - all|all - reduce)(?: \w+){0,4}? (?:is|as|remain|become)(?: \w+){0,3}?"
            r" bottleneck)\b"
        ),
    ),
    *SAID_OF_SPLITS,
    (
        "all_reduce_once",
        ("all-reduce", "allreduce", "all reduce"),
        (
            rf"\b(?:(?:one|single|1) (?:tp |tensor - parallel |ring )?{_REDUCE}{_CALLED} {_EACH_LAYER}"
            rf"|{_REDUCE}{_CALLED}(?: [:=(]+)? (?:one|once|single|1)(?: time| operation| call)? {_EACH_LAYER})\b"
        ),
    ),
)
_DENIED = (
    r"\b(?:no|not|never|without|avoid\w*|eliminat\w*|instead|rather|unlike|zero|none|cannot|disabled|unused|skip\w*|"
    r"if|unless|would|than|believe|misconception|myth)\b"
)
_SAID_OF_NONE = frozenset(
    (*(concept for concept, _, _ in (*SAYINGS, *SAID_OF_LINKS)), *DENIALS, "causal_mask_ignored")
)  # which are denials themselves
LABEL = 4  # words of a row's label at most that a cell is read with
_EVERY = (*_SAYINGS, *SAYINGS, *SAID_OF_LINKS, *SAID_OF_PARTS, *SAID_OF_WORK)
_TRAFFIC = ("all-", "-to", "all to", "alltoall", "all2all", "a2a", "dispatch", "traffic", "communicat", "exchange")
_ALSO = {  # of each row of words one must stand in the sentence too
    **ALSO,
    **ALSO_OF_WORK,
    "latency_by_pipeline": (
        ("pp", "pipelin", "stage", "流水线"),
        (
            *("reduc", "lower", "halv", "cut", "minimi", "shorten", "improv", "decreas", "bring", "push", "drive"),
            *("speed", "rate", "faster", "make", "减半", "降低", "缩短", "减少"),
        ),
    ),
    "bubble_reversed": (
        ("reduc", "lower", "minimi", "shrink", "cut", "decreas", "降低", "减少", "减小", "缩小"),
        ("micro", "stage", "pp", "pipeline", "微批次"),
        (
            *("fewer", "less", "number", "count", "larger", "bigger", "increas", "rais", "add", "more", "higher"),
            *("deeper", "减少"),
        ),
    ),
    "all_reduce_once": (("layer",), ("one", "once", "single", "1")),
    "all_reduce_twice": (("two", "2", "four", "4", "6", "both", "twice", "pair"),),
    "layers_on_own_devices": (("layer",), DEVICE_NAMES),
    "all_to_all_twice": (("two", "2", "four", "4", "both", "twice", "way", "combine", "back", "pair"),),
    "attention_work_equal": (("same", "equal", "identical", "even", "balanc", "均衡", "相同", "一致"),),
    "blocks_contiguous": (
        ("contiguous", "consecutive", "successive", "连续", "hold", "get", "own", "tak", "stor", "keep"),
    ),
    "blocks_interleaved": (("tail", "zig", "strip", "early", "interleav", "chunk", "reorder", "permut", "ring"),),
    "bubble_by_micro_batches": (("micro",),),
    "bubble_filled": (("bubble", "gap", "idle", "pipeline", "stage"),),
    "bubble_removed": (("remov", "eliminat", "without", "no", "gone", "vanish", "zero"),),
    "context_group_in_node": (("cp", "context", "ring"),),
    "devices_full": (("utili", "occup", "busy"),),
    "expert_exchange_denied": (
        ("expert", "ep", "token"),
        ("local", "all", "communicat", "traffic", "transfer", "exchang"),
    ),
    "expert_exchange_in_node": (("group", *_TRAFFIC),),
    "expert_exchange_on_nvlink": (_TRAFFIC,),
    "latency_by_degrees": (("=", "→"), ("gain", "speed", "improve", "reduc", "→")),
    "latency_by_spreading": (
        (
            *("half", "halv", "third", "quarter", "fifth", "sixth", "eighth", "tenth", "sixteen", "time", "divid"),
            *("faster", "÷", "/"),
        ),
        ("so", "hence", "thus", "therefore", "because", "since", "as", "make", "÷", "/"),
    ),
    "node_holds_one_replica": (("fail", "los", "die", "down", "outage"),),
    "one_in_flight": (("micro",),),
    "scores_negligible": (("neg", "ignor", "insignificant", "left"),),
    "stages_of_equal_memory": (("stage",), ("same", "equal", "identical", "even")),
    "tokens_stay": (("most", "majority", "almost", "nearly", "bulk"), ("node",)),
    "transfer_between_stages": (
        ("point", "p2p", "send", "sent", "transfer", "pass", "communicat"),
        ("between", "to", "from", "next"),
    ),
    "cache_counted": (
        (
            *("includ", "count", "consider", "fit", "allocat", "transfer", "exchang", "sent", "mov", "pass", "ship"),
            *("take", "need", "per "),
        ),
    ),
}
_LIKELY = Likely(((concept, said), (words, *_ALSO.get(concept, ()))) for concept, words, said in _EVERY)
_OTHERWISE = {
    **OTHERWISE,  # words that say that something else is meant, which is right
    **MEANT_OTHERWISE,
    **MEANT_OTHERWISE_OF_LINKS,
    **MEANT_OTHERWISE_OF_PARTS,
    **MEANT_OTHERWISE_OF_WORK,
    "latency_by_pipeline": r"\b(?:tp|tensor|queue|queued|queueing|chunked|hide|hidden|throughput|batch latency"
    r"|dropping|removing|abandoning)\b",
    "experts_converse": r"\b(?:token|all - to - all|all2all|alltoall|dispatch)\b",
    "bubble_reversed": r"\b(?:virtual|interleav\w*|chunk|vpp|zero|zb\w*|dualpipe|fewer stage)\b",
    "all_reduce_once": r"\b(?:attention|another|expert|moe|gradient|data|dp|block|direction|sub\w*|both)\b",
}
_BEFORE, _AFTER = 60, 40  # characters around that may deny


def mistaken(sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """The concepts of _EVERY with the words that say them, those denied or only thought of left out."""
    low = f"{sentence.low} {sentence.key_text}" if sentence.block.kind is Kind.CELL else sentence.low
    likely = _LIKELY.of(low)
    if not likely:
        return
    label = _label(sentence)
    text = " ".join(
        token.stem or token.sign or (f"{token.figure.value:g}" if token.figure else "#")
        for token in (*label, *sentence.tokens)
    )
    for concept, said in likely:
        for found in re.finditer(said, text):
            denied = concept not in _SAID_OF_NONE and _is_denied(text, *found.span())
            if not denied and not re.search(_OTHERWISE.get(concept, "(?!)"), text):
                first = text.count(" ", 0, found.start()) - len(label)
                end = first + found[0].strip().count(" ") + 1
                if end > 0:
                    yield concept, (max(0, first), end)


def _label(sentence: Sentence) -> tuple[Token, ...]:
    """The words of a row that name it, where they are few."""
    short = sentence.block.kind is Kind.CELL and sum(bool(token.stem) for token in sentence.key) <= LABEL
    return sentence.key if short else ()


def _is_denied(text: str, start: int, end: int) -> bool:
    before = max(0, start - _BEFORE, text.rfind(" . ", 0, start))
    return re.compile(_DENIED).search(text, before, end + _AFTER) is not None
