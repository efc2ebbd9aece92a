"""What a sentence takes parallelism for that it is not: experts that talk, transfers of one stage, layers set apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence

Place = tuple[int, int]
_REDUCE = r"(?:all - reduce|allreduce)"
_EACH_LAYER = r"(?:per|each|every|in each|in every|/|a) (?:transformer |decoder |model )?layer(?! norm)"
_CALLED = r"(?: operation| op| call| count)?"
_AXIS = r"(?:size|degree|rank|rank count|group size)?"
_EXPERT = rf"(?:ep|expert[ -]+parallel(?:ism)?) ?{_AXIS}"
_TENSOR = rf"(?:the )?(?:tp|tensor[ -]+parallel(?:ism)?) ?{_AXIS}"
_DEVICES = r"(?:gpu|npu|device|card|accelerator)"
_PATTERNS = re.compile(
    r"\b(?:"
    r"(?P<experts_converse>expert (?:\w+ )?(?:communicate|talk|exchange|exchanging|communicating|talking)"
    r"(?: \w+){0,3} (?:with|to|between|among) (?:each other|one another|themselve|other expert|every other expert)"
    r"|expert - to - expert (?:communication|transfer|traffic|exchange|message|link))"
    rf"|(?P<expert_degree_of_tensor>{_EXPERT} ?(?:must|should|has to|have to|need to|is required to)(?: always)?"
    rf"(?: be)?[^.;]{{0,24}}? (?:multiple of|divisible by|divide evenly by) {_TENSOR}(?= |$))"
    r"|(?P<transfer_between_stages>(?:point - to - point|p2p|send|sent|transfer|transferred|pass|passed|"
    r"communication)(?: [\w/+-]+){0,5}? (?:between (?:\w+ )?(?:pipeline )?stage|stage - to - stage|"
    r"from (?:one )?stage to (?:the )?(?:next )?stage|to the next stage))"
    r"|(?P<bubble_by_micro_batches>micro - ?batch\w*(?: \w+){0,5} (?:reduce|minimize|minimise|hide|shrink|lower)"
    r"(?: \w+){0,2} bubble)"
    r"|(?P<layers_on_own_devices>(?:each|every) (?:transformer |decoder )?layer(?: \w+){0,4} "
    rf"(?:its own|dedicated|separate|exclusive)(?: (?:set|group|pool) of|(?: \w+)?) {_DEVICES}"
    rf"|(?:dedicated|separate|distinct|different) {_DEVICES} (?:for|per) (?:each |every )?layer)"
    r"|(?P<communication_bottleneck>bottleneck(?: \w+){0,2}?(?: [:=])?(?: (?:is|remain|the|inter|node|cross|expert|-))*"
    r" (?:communication|all - to - all|all - reduce)"
    r"|(?:communication|all - to - all|all - reduce)(?: \w+){0,4}? (?:is|as|remain|become)(?: \w+){0,3}? bottleneck)"
    rf"|(?P<all_reduce_once>(?:one|single|1) (?:tp |tensor - parallel |ring )?{_REDUCE}{_CALLED} {_EACH_LAYER}"
    rf"|{_REDUCE}{_CALLED}(?: [:=(]+)? (?:one|once|single|1)(?: time| operation| call)? {_EACH_LAYER})"
    r")\b"
)
_WORDS = ("stage", "expert", "ep", "bubble", "layer", "bottleneck")
_DENIED = re.compile(
    r"\b(?:no|not|never|without|avoid\w*|eliminat\w*|instead|rather|unlike|zero|none|cannot|disabled|unused|skip\w*|if|unless|would|than)\b"
)
_OTHERWISE = {  # words that say that something else is meant, which is right
    "experts_converse": re.compile(r"\b(?:token|all - to - all|all2all|alltoall|dispatch)\b"),
    "all_reduce_once": re.compile(r"\b(?:attention|another|expert|moe|gradient|data|dp|block|direction|sub\w*|both)\b"),
}
_BEFORE, _AFTER = 60, 40  # characters around that may deny


def mistaken(sentence: Sentence) -> Iterator[tuple[str, Place]]:
    """The concepts of _PATTERNS with the words that say them, those denied or only thought of left out."""
    low = sentence.text.lower()
    if not any(word in low for word in _WORDS):
        return
    said = [
        token.stem or token.sign or (f"{token.figure.value:g}" if token.figure else "#") for token in sentence.tokens
    ]
    text = " ".join(said)
    for found in _PATTERNS.finditer(text):
        if _is_denied(text, *found.span()) or _is_meant_otherwise(found, text):
            continue
        first = text.count(" ", 0, found.start())
        yield str(found.lastgroup), (first, first + found[0].strip().count(" ") + 1)


def _is_denied(text: str, start: int, end: int) -> bool:
    before = max(0, start - _BEFORE, text.rfind(" . ", 0, start))
    return _DENIED.search(text, before, end + _AFTER) is not None


def _is_meant_otherwise(found: re.Match[str], text: str) -> bool:
    words = _OTHERWISE.get(str(found.lastgroup))
    return words is not None and words.search(text) is not None
