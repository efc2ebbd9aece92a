"""The devices of a machine in running text: "our nodes have 8 GPUs each", "the 8 GPUs of a server", "4-GPU boards"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.kinds import KIND_MARK, marked
from stratc.frontends.markdown.document.number_words import NUMBERS, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_N = rf"(?P<n>\d{{1,2}}|{'|'.join(word for word in NUMBERS if NUMBERS[word] < 17)})"
_WHAT = rf"(?:{KIND_MARK}|{DEVICE})s?(?![\w-])"
_MACHINE = r"(?:node|server|machine|box|host|chassis|tray)"
_WORDS = "node|server|machine|box|host|chassis|tray"
_SAID = (
    Pattern(
        rf"(?i)\b(?:each|every|an?|one|the|our|all|its|these) (?:\w+ )?(?:{_MACHINE}(?:e?s)?) (?:has|have|"
        rf"with|holds?|contains?|carr(?:y|ies)|offers?|"
        rf"comes? with|provides?) {_N} (?:\w+ )?{_WHAT}(?= each\b| apiece\b|[,.;)]|$| of\b| with\b| and\b|"
        rf" on\b| joined\b| linked\b)",
        _WORDS,
    ),
    Pattern(
        rf"(?i)(?<![\w.,×/–-]){_N} {_WHAT} (?:of|in|inside|within) (?:an?|each|every|one|the same) {_MACHINE}\b", _WORDS
    ),
    Pattern(
        rf"(?i)(?<![\w.,×/–-]){_N}-(?:way |{DEVICE} )(?:[HD]GX |{KIND_MARK} )*(?:servers?|machines?|boxes|"
        rf"box|hosts?|boards?|nodes?|HGX)\b",
        f"{_WORDS}|board|hgx",
    ),
)
_OTHERWISE = Pattern(
    r"(?i)\b(?:if|would|could|instead|old|former|other|not|than|spare|per stage|instance|replica|engine|copy)\b"
)
_LEAST, _MOST = 2, 16


def node_sizes(sentence: Sentence) -> Iterator[Statement]:
    """Statements "hardware.devices_per_node" of sentences that say what one machine has."""
    if sentence.scope.role is not Role.PLAN or _OTHERWISE.search(sentence.text):
        return
    text = marked(sentence.text)
    for pattern in _SAID:
        for match in pattern.finditer(text):
            if _LEAST <= number(match["n"]) <= _MOST:
                yield said_at(sentence, "hardware.devices_per_node", number(match["n"]), match.span("n"))
