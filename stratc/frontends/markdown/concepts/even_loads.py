"""What a sentence says of equal numbers of experts: that their load is equal too, that none runs hot or overflows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import say
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_WORDS = (
    *("load", "work", "token", "straggler", "busy", "hot", "varianc", "balanc", "max/min", "max / min", "负载"),
    "utili",
)
_DEVICE = rf"(?:{DEVICE}|rank|expert)s?"
_EVEN = r"(?:equal|even|uniform|identical|same|static)(?:ly)?"
_EQUAL = (  # what says so, in a sentence that speaks of load
    Pattern(
        rf"(?i)\b{_EVEN} (?:numbers? of experts|experts? (?:counts?|distribution|assignment|placement|allocation))"
        rf"(?: (?:on|per|for|across|over|to) (?:\w+ )?{_DEVICE})?,?(?: which| that| and so| so)?"
        r" (?:ensures?|ensuring|guarantees?|guaranteeing|keeps?|keeping|makes?|gives?)"
        rf"(?: [\w-]+){{0,4}} (?:load|balanced?|busy|work(?:load)?|utili[sz]ation)\b",
        "equal|even|uniform|identical|same|static",
        "ensur|guarante|keep|mak|giv",
        "expert",
    ),
    Pattern(
        rf"(?i)\b(?:every|each) {_DEVICE} (?:does|gets|has|carries|takes|receives|executes|performs) (?:exactly )?"
        r"(?:an? (?:half|third|quarter|sixth|eighth|sixteenth)|1/\d+|the same|an equal share|an equal part)"
        r"(?: (?:of|share of|amount of))?(?: the)?(?: total)? (?:work|load|tokens|computation)\b",
        "every|each",
        "half|third|quarter|sixth|eighth|sixteenth|1/|same|equal",
        "work|load|token|computation",
    ),
    Pattern(
        r"(?i)\bload (?:is|stays|remains)(?: (?:also|thus|therefore|then|always|fully|completely))? "
        r"(?:equal|even|uniform|identical|the same|fully balanced|completely balanced|perfectly balanced)\b"
        r"|\b(?:balanced|equal|even|uniform) (?:work)?load (?:on|across|over|for|between) (?:all|every|the|each)"
        rf" (?:\d+ )?{_DEVICE}"
        r"|\b(?:work)?load is (?:evenly|equally|uniformly) (?:distributed|spread|balanced|shared)\b"
        r"|\b(?:uniform|equal|even) (?:work)?load\b(?! (?:assumption|is not))",
        "load is|load stays|load remains|balanced load|balanced workload|equal load|equal workload|"
        "even load|even workload|uniform load|uniform workload",
    ),
    Pattern(
        r"(?i)\b(?:no|without|prevents?|avoids?|eliminates?)(?: any)? hot[- ]?(?:spots?|spotting)?"
        rf"(?: {_DEVICE})",
        "hot",
    ),
    Pattern(
        r"(?i)\b(?:load|compute) varian(?:ce|tion)(?: [\w-]+){0,3}?\**\s*[:=]?\s*(?:is )?0(?:\.0+)?\s*(?:%|$|\()"
        r"|\b(?:no|zero|without|without any) (?:work)?load[ -]imbalance"
        r"|\b0\s*% (?:of )?(?:load|compute) varian(?:ce|tion)"
        r"|\b(?:load )?imbalance\**\s*[:=]\s*(?:none|no\b|0\s*%)"
        r"|\bload[ -]balanc(?:e|ing)\**\s*[:=]\s*100\s*%"
        r"|\bbalanc(?:e|ing) (?:score|factor|efficiency)\**\s*[:=]\s*(?:100\s*%|1\.0\b|perfect)"
        r"|\bimbalance (?:ratio|factor)\**\s*[:=]\s*1(?:\.0+)?(?![.\d])"
        r"|\bmax ?/ ?min(?: load)?(?: ratio)?\**\s*[:=]\s*1(?:\.0+)?(?![.\d])",
        "load varia|compute varia|imbalance|load balanc|load-balanc|balance score|balance factor|balancing score|"
        "balancing factor|balancing efficiency|balance efficiency|/min|/ min",
        "0|imbalance|score|factor|efficiency|min",
    ),
    Pattern(
        rf"(?i)\b(?:experts|{_DEVICE}) (?:are|is) (?:equally|evenly|uniformly) (?:loaded|busy|used|utili[sz]ed)\b",
        "equally|evenly|uniformly",
    ),
    Pattern(
        rf"(?i)^(?=.*\bexperts?\b).*?\b(?P<said>no {_DEVICE} (?:can |will |ever )*(?:be|becomes?|is|gets?|runs?)"
        r" (?:an? )?(?:hot|straggler|overload)|balanced (?:load|work|workload) by (?:construction|design)"
        r"|(?:load|work) (?:is )?(?:thus |therefore )?balanced by (?:construction|design))",
        "hot|straggler|overload|construction|design",
        "expert",
    ),
    Pattern(
        rf"(?i)^(?=.*\bexperts?\b).*?\b(?P<said>(?:all|every|each) {_DEVICE} (?:gets?|has|have|takes?|receives?)"
        r" (?:exactly )?(?:the same|an equal) (?:number|amount) of tokens)\b",
        "same|equal",
        "expert",
        "tokens",
    ),
    Pattern(
        r"负载(?:完全|都|均|始终)(?:一致|均衡|相同|均匀|平衡)|负载(?:一致|相同)",
        "负载",
    ),
)
_HOLDS = r"(?:handles|hosts|holds|gets|has|owns|stores|keeps|processes|serves)"
_NUMBER = (
    r"(?:exactly |only )?(?:an )?(?:equal|\d+|one|two|three|four|six|eight|sixteen|(?:the )?same (?:number|count) of)"
)
_SHARE = rf"(?:each|every) {_DEVICE} {_HOLDS} {_NUMBER} (?:routed |local |different )?experts?"
_OF_COUNTS = r"(?:distribution|placement|allocation|assignment|mapping|partitioning|spread|split)"
_COUNTED = Pattern(  # what says that devices have as many experts, each as much of them
    rf"(?i)\b{_SHARE}|\b(?:all|both) {_DEVICE} (?:handle|host|hold|get|have|own|store|process) {_NUMBER} experts?"
    rf"|\b(?:even|equal|uniform|symmetric|identical|balanced|same)(?:ly)? (?:experts? )?{_OF_COUNTS}\b"
    r"|\bexperts? (?:are |is )?(?:(?:evenly|equally|uniformly) (?:distributed|spread|split|placed|assigned)"
    r"|(?:distributed|spread|split|placed|assigned) (?:evenly|equally|uniformly))"
    rf"|\b(?:\d+|one|two|four|eight) experts? (?:per|on each|on every|to each|to every) {_DEVICE}\b"
    rf"|\b(?:through|by|via|with|from)(?: [\w-]+){{0,2}} experts? {_OF_COUNTS}\b"
    rf"|\b1 ?: ?1 (?:expert|mapping)|\b(?:each|every)(?: {_DEVICE})?: \d+ experts?\b",
    "expert|distribution|placement|allocation|assignment|mapping|partitioning|spread|split",
)
_BALANCED = Pattern(  # what says that they are in balance
    r"(?i)\b(?:work)?load[ -]?balanc\w*|\b(?:work)?load (?:is )?balanced\b|\bbalanced? (?:work)?loads?\b"
    r"|\b(?:expert|compute|workload|load)(?: load)? balance\b|\b(?:ensur|guarante|keep|giv|provid|mak|maintain)\w+"
    r" (?:[\w-]+ ){0,4}?balanc\w*|\b(?:no|zero|without|eliminates?|prevents?|avoids?)(?: [\w-]+){0,2} "
    r"(?:stragglers?|hot[- ]?spots?|overload\w*)|\b(?:equal|uniform|even) (?:gpu |device )?utili[sz]ation\b"
    r"|\butili[sz]ation is (?:equal|uniform|even)\b",
    "balanc|straggler|hot|overload|utili",
    "load|expert balanc|compute balanc|ensur|guarante|keep|giv|provid|mak|maintain|no |zero |without |eliminate|"
    "prevent|avoid|equal|uniform|even",
)
_OTHERS = ("head", "layer", "stage", "tensor", "sequence", "batch", "request", "memory", "weight", "parameter", "matri")
_DOUBT = (
    r"(?i)\b(?:not|no guarantee|loss|bias|monitor\w*|measured?|measurement|alert|if|unless|capacity factor|dynamic\w*|"
    r"target|goal|should|eplb|replicat\w*|redundant|cop(?:y|ies)|auxiliary|rather|cannot)\b|不(?!需要)|测|监控"
)


def even_loads(sentence: Sentence) -> Iterator[Statement]:
    """A claim where a sentence takes equal counts for an equal load and names no means to it.

    It is "balance.perfect" where it says so, "balance.counted" where it concludes a balance from counts of experts.
    """
    low = sentence.low
    if sentence.block.kind is Kind.HEADING or not any(word in low for word in _WORDS):
        return
    if "stage" in low and "expert" not in low:
        return  # the layers of stages may well be even
    said = (pattern.search(sentence.text) for pattern in _EQUAL)
    found = min(filter(None, said), key=lambda match: match.start(), default=None)
    metric = "balance.perfect"
    if found is None and ("expert" in low or not any(word in low for word in _OTHERS)):
        balanced = _BALANCED.search(sentence.text)
        found, metric = balanced if balanced and _COUNTED.search(sentence.text) else None, "balance.counted"
    if found is None or (re.search(_DOUBT, sentence.text) and "负载" not in found[0]):
        return
    start, end = found.span("said" if "said" in found.re.groupindex else 0)
    place = (sentence.start + start, sentence.start + end)
    yield replace(say(sentence, metric, 1.0, place), quantity=Quantity.of(1.0))
