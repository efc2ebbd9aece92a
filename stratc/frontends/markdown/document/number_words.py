"""Numbers in words before what plans count: "sixteen GPUs", "four-way tensor parallelism", "twelve (12) layers"."""

from __future__ import annotations

import re

from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.words.vocabulary import DEVICE

_ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_TEENS = {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16} | {
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
NUMBERS = {
    **{word: value for word, value in _ONES.items() if value > 1},  # "one" stands for too much else
    **_TEENS,
    **_TENS,
    **{f"{ten}-{one}": tens + ones for ten, tens in _TENS.items() for one, ones in _ONES.items()},
}
NUMBER_WORD = rf"(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES)}))?|{'|'.join((*_TEENS, *_ONES)).replace('|one|', '|')}"
"""Any of them, in patterns; `number` reads what they find."""
FIRST = frozenset(word.partition("-")[0] for word in NUMBERS)  # with which a number in words begins
_COUNTED = (  # compiled where a number stands in words
    rf"(?i)(?P<word>{NUMBER_WORD})"
    r"(?=(?: \((?P<digits>\d{1,4})\))?(?P<gap>[ -])"
    r"(?:of (?:the |its |all )?\d+|way|pipeline stages?|stage(?=[ -]pipeline)|"
    r"(?:identical |equal |available |transformer |decoder |attention |query |kv |routed |model |data )?"
    rf"(?:{DEVICE}|node|server|machine|host|boxe|rack|rank|layer|expert|head|replica|instance|engine|"
    r"micro-?batch(?:e)?)s?|(?:such )?(?:requests|queries|prompts|chats) (?:per|an?|every|at) )\b)"
)
_DEGREE = (  # of what stands before a degree in words
    r"(?i)(?:\bparalleli[sz]ation|\bparallelism|\bparallel|\b[TPDEC]P|\bpipeline)(?: ?\([A-Z]P\))?"
    r"(?: degree| size| depth)?(?: of| is| at)? $"
)
_ALONE = rf"(?i)(?:{NUMBER_WORD})(?![\w-])(?! (?:or|and a half|times|of)\b)"
_FAR = 48  # characters before it
_WORD = rf"(?i)(?P<word>{NUMBER_WORD})(?=(?: \((?P<digits>\d{{1,4}})\))?(?P<gap> ))"  # before a name of devices
_OF_MACHINES = r"(?i)s?[ -](?:\w+ )?(?:node|server|machine|host|boxe|box|rack|system|instance|pod)s?\b"


def worded(text: str, start: int, word: str) -> tuple[int, int] | None:
    """The number that words at an offset stand for and the offset after them, digits in brackets that repeat it too.

    >>> worded("twelve (12) layers", 0, "twelve"), worded("two of them", 0, "two"), worded("TP of four", 6, "four")
    ((12, 11), None, (4, 10))
    >>> worded("eight MI300X", 0, "eight")
    (8, 5)
    """
    if word.lower() not in FIRST:
        return None
    found = re.compile(_COUNTED).match(text, start) or _of_kind(text, start)
    if found is None:
        return _degree(text, start)
    value = NUMBERS[found["word"].lower()]
    if not found["digits"]:
        return value, found.end()
    return (value, found.end("digits") + 1) if int(found["digits"]) == value else None


def _of_kind(text: str, start: int) -> re.Match[str] | None:
    """A number in words before the name of accelerators, not of machines that have them: "eight MI300X"."""
    found = re.compile(_WORD).match(text, start)
    kind = KIND.match(text, found.end("gap")) if found else None
    return found if kind and not re.compile(_OF_MACHINES).match(text, kind.end()) else None


def number(written: str) -> int:
    """A count in digits or in words.

    >>> number("1,024"), number("sixteen"), number("one")
    (1024, 16, 1)
    """
    return 1 if written.lower() == "one" else NUMBERS.get(written.lower()) or int(written.replace(",", ""))


def _degree(text: str, start: int) -> tuple[int, int] | None:
    """The number of a degree that is named before it: "tensor parallelism of four", "a pipeline of eight"."""
    if not re.search(_DEGREE, text[max(0, start - _FAR) : start]):
        return None
    found = re.compile(_ALONE).match(text, start)
    return (NUMBERS[found[0].lower()], found.end()) if found else None
