"""The words of a sentence as letters, in which shapes of grammar are looked for: "8 GPUs per node" is "ndpm"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE
from stratc.frontends.markdown.document.kinds import KIND
from stratc.frontends.markdown.document.number_words import FIRST, NUMBERS
from stratc.frontends.markdown.words.counted_nouns import AXES, BOARDS, COUNTED, LETTERS
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_SIGNS = {
    **dict.fromkeys("×*", "x"),
    **dict.fromkeys("=→⇒≈", "="),
    **dict.fromkeys(";–—", ";"),
    **dict.fromkeys("<>≤≥", "!"),
    **{sign: sign for sign in ",():-+/?"},
}
_STOPS = ";("
_PART = Pattern(r"[epsg1?]|[aA]l?[jdlA-]*[mcrg]|(?<![n])[mr]v")
_CLOSED = Pattern(r"[n#dmk]p[jdylA-]{0,6}[mcrskg],")
_TENS = frozenset(word for word, value in NUMBERS.items() if value in range(20, 100, 10))
_MONTH = frozenset(("of", "in", "by", "until", "till", "since", "early", "late", "mid", "for", "from"))
_ADDING = frozenset(("add", "sum", "come", "adding", "summing"))
_EVERY = "每"
_NUMERALS = FIRST | {"one", "single", "both", "same"}
_NEAR = 2  # words after a count that may turn it away: "2 nodes fail"


class Lettered(NamedTuple):
    """The tokens of a sentence as letters, and the numbers among them."""

    tokens: Sequence[Token]
    letters: str

    def number(self, at: int) -> int:
        """The number that a token writes."""
        figure = self.tokens[at].figure
        return int(figure.value) if figure is not None else NUMBERS[self.tokens[at].stem]

    def turned_away(self, at: int) -> bool:
        """Whether the words around a count speak of what is lost, former, bounded or only thought of."""
        first = max(self.letters.rfind(sign, 0, at) for sign in _STOPS) + 1
        after = self.letters[at + 1 : at + 8].partition(",")[0].lstrip("djmcrskgAly-x")[:_NEAR]
        return "?" in self.letters or "!" in self.letters[first:at] or "!" in after

    def clause(self, at: int) -> str:
        """The letters of the clause before a token, without what a comma has closed: "TP=2 per instance, …"."""
        clause = self.letters[max(self.letters.rfind(sign, 0, at) for sign in _STOPS + ")") + 1 : at]
        return clause[max((found.end() for found in _CLOSED.finditer(clause)), default=0) :]

    def of_part(self, at: int) -> bool:
        """Whether the clause before a count names one holder of several, or a stage or group."""
        return _PART.compiled.search(self.clause(at)) is not None


def lettered(sentence: Sentence) -> Lettered | None:
    """The letters of a sentence; None where it counts nothing that has a noun of the table."""
    if not sentence.has_digit and _NUMERALS.isdisjoint(sentence.stems):
        return None
    if COUNTED.isdisjoint(sentence.stems) and not KIND.concerns(sentence.text):
        return None
    tokens: Sequence[Token] = sentence.tokens
    if not _TENS.isdisjoint(sentence.stems) or _EVERY in sentence.text:
        tokens = _parted(_joined(tokens))
    return Lettered(tokens, _letters(tokens, sentence))


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with numbers of two words as one: "ninety-six H800"."""
    joined: list[Token] = []
    for token in tokens:
        word = f"{joined[-2].stem}-{token.stem}" if len(joined) > 1 and joined[-1].sign == "-" else ""
        if word in NUMBERS:
            joined[-2:] = [joined[-2]._replace(end=token.end, stem=word)]
        else:
            joined.append(token)
    return joined


def _parted(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with "every" of a script without blanks parted from its noun: "每台"."""
    parted: list[Token] = []
    for token in tokens:
        noun = token.stem.removeprefix(_EVERY)
        if noun and noun != token.stem:
            at = token.start + len(_EVERY)
            parted += (token._replace(end=at, stem="per"), token._replace(start=at, stem=noun))
        else:
            parted.append(token)
    return parted


def _letters(tokens: Sequence[Token], sentence: Sentence) -> str:
    kinds = [(sentence.start + found.start(), sentence.start + found.end()) for found in KIND.finditer(sentence.text)]
    letters: list[str] = []
    for at, token in enumerate(tokens):
        if any(start <= token.start < end for start, end in kinds):
            letters.append("d")
        elif token.figure is not None:
            counts = (token.figure.is_count or token.figure.times) and not token.figure.quantity.is_range
            whole = counts and token.figure.value == int(token.figure.value) and token.figure.value > 0
            letters.append("n" if whole else "y" if token.figure.quantity.dimension == BYTE else "#")
        elif token.sign:
            letters.append("p" if token.sign == "/" and _is_noun(tokens, at) else _SIGNS.get(token.sign, "."))
        else:
            letters.append(letter(tokens, at))
    return "".join(letters)


def _is_noun(tokens: Sequence[Token], at: int) -> bool:
    """Whether a slash stands between words: "GPUs/node"."""
    return bool(0 < at < len(tokens) - 1 and tokens[at - 1].stem and tokens[at + 1].stem in COUNTED)


def letter(tokens: Sequence[Token], at: int) -> str:
    """The letter of a word; a name of an axis may bring its degree: "TP8"."""
    stem = tokens[at].stem
    if stem == "e" and at > 1 and tokens[at - 2].stem == "i":
        return "="  # i.e.
    if stem in NUMBERS:
        return "n"
    before, after = (tokens[n].stem if 0 <= n < len(tokens) else "" for n in (at - 1, at + 1))
    if stem == "may" and before in _MONTH:
        return "."
    if stem == "up" and after == "to":
        return "." if before in _ADDING else "!"
    if (
        stem == "host"
        and at + 1 < len(tokens)
        and (tokens[at + 1].figure or LETTERS.get(tokens[at + 1].stem) in ("a", "1"))
    ):
        return "h"
    if stem == "system" and not BOARDS.isdisjoint(token.stem for token in tokens[max(0, at - 3) : at]):
        return "m"
    return LETTERS.get(stem) or ("A" if stem[:2] in AXES and stem[2:].isdigit() else ".")
