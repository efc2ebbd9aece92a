"""What a counted noun is counted for: "4 layers per stage", "each GPU holds 8 experts", "Per group: 2 experts"."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.number_words import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_GIVEN_TO = {"gpu": "device", "rank": "device", "stage": "stage"}
_HOLDING = frozenset(("has", "have", "hold", "get", "carry", "carrie", "take", "contain", "own", "with", "run"))
_LEADING = frozenset(("in", "on", "for", "consecutive", "to", "land", "sit", "live", "go", "fall", "end", "up"))
_OVER = frozenset(("over", "across", "among", "onto"))
_CLAUSES = frozenset(".;:")
_DISTRIBUTIVE = frozenset(("each", "every", "both", "per"))
_PIECES = frozenset(("stage", "chunk"))
_NAME = 4  # words in which they are named: "each virtual pipeline stage"
_NEAR = 9  # tokens between them and the share of each
_SHARES = {
    ("expert", "device"): "strategy.experts_per_device",
    ("head", "device"): "strategy.heads_per_device",
    ("layer", "stage"): "strategy.layers_per_stage",
}
_SUBJECTS = frozenset(("gpu", "stage", "pipeline", "group", "rank", "ep", "tp", "tensor"))
_KINDS = frozenset(("decode", "prefill", "worker", "compute", "training", "inference"))  # of devices
_WHOLES = {"expert": "model.experts", "head": "model.heads", "layer": "model.layers"}
_ARTICLES = frozenset(("a", "an", "each", "every", "one", "per"))
_EACH = frozenset(("per", "each", "every"))
_KINDS_OF_PART = frozenset(("the", "all", "it", "its", "query", "attention", "routed", "decoder", "transformer"))
_IN_LIST = frozenset(("a", "one", "single", "kv", "k", "v", "key", "value", "query", "q", "attention"))


def share_of_noun(sentence: Sentence, at: int, noun: int) -> str:
    """What a counted noun is counted for: "device", "stage", "layer", …; "" for the whole model."""
    tokens = sentence.tokens
    if (both := listed_with(tokens, noun)) is not None:
        return share_of_noun(sentence, at, both)
    words = list(tokens[noun + 1 : noun + 6])
    for index, token in enumerate(words):
        if token.stem in ("per", "each", "every") or token.sign == "/" or _is_article(words, index):
            after = [t.stem for t in words[index + 1 : index + 4] if t.stem]
            if token.stem == "each" and (not after or after[0] not in (*_GIVEN_TO, "pipeline", "layer")):
                return "stage" if _back(tokens, at, ("stage", "of")) else _spread_over(tokens, at) or "group"
            divided = (
                token.sign == "/" and index + 1 < len(words) and (words[index + 1].figure or words[index + 1].sign)
            )
            if token.sign == "/" and (not after or after[0] not in _GIVEN_TO or divided):
                return ""
            held = _held(after)
            if held == "layer" and _is_on_device(words[index + 2 :]):
                return "device"
            return (_of_holder(sentence, at) or held) if held == "layer" else held
        if token.stem == "of" and index + 1 < len(words) and words[index + 1].stem == "one":
            words[index + 1] = words[index + 1]._replace(stem="each")  # "32 GPUs of one pipeline stage"
            continue
        if token.sign or token.stem not in _LEADING:
            break
    if _back(tokens, at, ("stage", "of")):
        return "stage"
    if _back(tokens, at, ("stage", "with")):
        return "group"  # "13 stages with 4 layers" may count those of each, or of all
    subject = _of_holder(sentence, at) or subject_of(tokens, at)
    label = [token.stem for token in sentence.key]
    if not subject and tokens[noun].stem == "head":
        subject = _holder_named(label)
    operand = noun + 1 < len(tokens) and tokens[noun + 1].sign in ("÷", "/", "×", "*")
    if not subject and not operand and "per" in label and tokens[noun].stem in label[: label.index("per")]:
        return _held([stem for stem in label[label.index("per") + 1 :] if stem])
    return subject


def listed_with(tokens: Sequence[Token], noun: int) -> int | None:
    """The same noun once more in a list of two that one holder has: "12 query heads and 2 KV heads per GPU"."""
    after = tokens[noun + 1 : noun + 7]
    if len(after) < 3 or not (after[0].stem == "and" or after[0].sign == ",") or tokens[noun].stem != "head":
        return None
    listed = list(takewhile(lambda token: token.figure is not None or token.stem in _IN_LIST, after[1:]))
    counts = bool(listed) and (listed[0].figure is not None or listed[0].stem in ("a", "one"))
    end = noun + 2 + len(listed)
    return end if counts and len(listed) > 1 and end < len(tokens) and tokens[end].stem == "head" else None


def _holder_named(stems: Sequence[str]) -> str:
    """Whose share a label says it is about: "Shapes on a rank", "What each GPU computes"."""
    pairs = (pair for pair in pairwise(stems) if pair[0] in _ARTICLES and pair[1] in ("gpu", "rank"))
    return "device" if any(pairs) else ""


def _spread_over(tokens: Sequence[Token], at: int) -> str:
    """The holders that a sentence has spread something over, which then have so many each: "over 16 ranks, 4 each"."""
    over = next((n for n in range(at - 1, max(0, at - _NEAR), -1) if tokens[n].stem in _OVER), None)
    words = [token for token in tokens[over + 1 : at] if token.sign != "-"] if over is not None else []
    if not words or words[0].figure is None or [token.sign for token in words if token.sign] != [","]:
        return ""
    holder = next((token.stem for token in reversed(words) if token.stem and token.stem != "with"), "")
    return _GIVEN_TO.get(holder, "")


def _is_on_device(words: Sequence[Token]) -> bool:
    """ "on a GPU", "per GPU" behind what is counted for a layer."""
    pairs = pairwise(token.stem for token in takewhile(_is_word, words))
    return any(one in ("a", "an", "each", "per", "every", "one") and two == "gpu" for one, two in pairs)


def _is_article(words: Sequence[Token], index: int) -> bool:
    """Whether "a" stands for "per": "3 heads a rank"."""
    article = words[index].stem in ("a", "an")
    return article and index + 1 < len(words) and words[index + 1].stem in _GIVEN_TO


def is_of_part(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure counts what one part has: "38016 rows per GPU", "Stage 1 has 14 layers".

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> [is_of_part(tokens_of(text, 0), at) for text, at in (("stage 1 has 14 layers", 3), ("14 layers, 2 stages", 0))]
    [True, False]
    """
    after = [token.stem for token in takewhile(_is_word, tokens[at + 1 : at + 12])]
    if any(pair[0] in ("per", "each", "every") and pair[1] in _GIVEN_TO for pair in pairwise(after[:5])):
        return True
    if "head" in after[:2] and _holder_named(after):
        return True
    of_more = at > 0 and tokens[at - 1].stem == "of"
    if "layer" in after[:3] and not of_more and _opens_with_stage(tokens, at):
        return True
    before = [*takewhile(lambda token: _is_word(token) or token.figure, reversed(tokens[max(0, at - 6) : at]))]
    counted = next((n for n, token in enumerate(before) if token.figure), None)
    holder = before[counted + 1 : counted + 2] if counted is not None else []
    return bool(
        counted and holder and holder[0].stem in _GIVEN_TO and _HOLDING & {each.stem for each in before[:counted]}
    )


def _opens_with_stage(tokens: Sequence[Token], at: int) -> bool:
    """Whether the clause of a figure is about stages or their chunks: "Each stage owns 64 GPUs and 4 layers"."""
    first = max((n + 1 for n in range(at) if tokens[n].sign in _CLAUSES and tokens[n].sign), default=0)
    stems = [token.stem for token in tokens[first:at] if token.stem]
    named = (n for n, stem in enumerate(stems) if stem in _DISTRIBUTIVE)
    return any(not (_PIECES.isdisjoint(stems[n + 1 : n + _NAME]) or _HOLDING.isdisjoint(stems[n + 1 :])) for n in named)


def _is_word(token: Token) -> bool:
    return bool(token.stem)


def part_of_whole(tokens: Sequence[Token], at: int) -> str:
    """The fact that a figure gives in "each GPU holds 2 of the 32 experts": the share, then the whole; else ""."""
    noun, whole = _counted_after_of(tokens, at)
    if noun and whole is not None:
        return _SHARES.get((noun, subject_of(tokens, at) or _holder_behind(tokens, whole)), "")
    if at > 1 and tokens[at - 1].stem == "of" and tokens[at - 2].stem in NUMBERS:
        return _WHOLES.get(tokens[at + 1].stem, "") if at + 1 < len(tokens) else ""  # "eight of 64 layers"
    share = next((n for n in range(at - 1, max(-1, at - 4), -1) if tokens[n].figure), None)
    noun, whole = _counted_after_of(tokens, share) if share is not None else ("", None)
    return _WHOLES[noun] if whole == at else ""


def _holder_behind(tokens: Sequence[Token], whole: int) -> str:
    """The device whose share is told: "2 of the 32 routed experts per GPU", "4 of 16 experts on every rank"."""
    noun = next((at for at in range(whole + 1, min(len(tokens), whole + 4)) if tokens[at].stem in _WHOLES), whole)
    end = listed_with(tokens, noun) or noun
    return _holder_named([token.stem for token in takewhile(_is_word, tokens[end + 1 : end + 7])])


def _counted_after_of(tokens: Sequence[Token], at: int) -> tuple[str, int | None]:
    """The noun and the index of the whole in "2 of the 32 experts"."""
    words = [(n, token) for n, token in enumerate(tokens[at + 1 : at + 7], at + 1) if token.stem not in _KINDS_OF_PART]
    shape = [token.stem or ("#" if token.figure else token.sign) for _, token in words[:3]]
    if len(shape) == 3 and shape[:2] == ["of", "#"] and shape[2] in _WHOLES:
        return shape[2], words[1][0]
    return "", None


def _of_holder(sentence: Sentence, at: int) -> str:
    """The device or group whose share of a layer is told: "each GPU hosts 1 expert per layer", "Per group: …"."""
    label = [token.stem for token in sentence.key]
    if label[:1] and label[0] in _EACH and label[1:2] != ["layer"]:
        return _held(label[1:])
    return "device" if subject_of(sentence.tokens, at) == "device" else ""


def _held(after: list[str]) -> str:
    for index, word in enumerate(after):
        if word in ("group",) or (index + 1 < len(after) and after[index + 1] in ("group", "module")):
            return "tp group" if after[0] in ("tp", "tensor") else "group"
        if word in _GIVEN_TO:
            return _GIVEN_TO[word]
        if word in ("tp", "tensor"):
            return "tp group"
        if word not in ("pipeline", "pp", "ep", "physical", "moe"):
            return word  # "virtual" as well: a stage has several of those
    return "group"


def subject_of(tokens: Sequence[Token], at: int) -> str:
    """Each GPU handles 4 experts; "all eight GPUs form a group, each of them holding 12 heads"."""
    for n in range(at - 1, max(1, at - _NEAR), -1):
        if tokens[n].stem in ("them", "which", "these") and [t.stem for t in tokens[n - 2 : n]] == ["each", "of"]:
            return _GIVEN_TO.get(next((t.stem for t in reversed(tokens[: n - 2]) if t.stem in _GIVEN_TO), ""), "")
    words = [token for token in tokens[max(0, at - 9) : at] if token.stem not in _KINDS]
    if (
        words
        and words[-1].stem in _HOLDING
        and any(_is_article(words, n) for n in range(max(0, len(words) - 5), len(words)))
    ):
        return "device"  # "a GPU, which holds 2 KV heads"
    for index, token in enumerate(words[:-1]):
        if token.stem in ("each", "every") and words[index + 1].stem in _SUBJECTS:
            rest = words[index + 2 :]
            if not any(t.sign in ",.;:" and t.sign for t in rest):
                after = words[index + 2].stem if index + 2 < len(words) else ""
                return "group" if after == "group" else _held([words[index + 1].stem, after])
    return ""


def _back(tokens: Sequence[Token], at: int, words: tuple[str, str]) -> bool:
    before = [token.stem for token in _unbracketed(tokens[max(0, at - 12) : at])[-4:]]
    return words in list(pairwise(before))


def _unbracketed(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without what stands in brackets: "2 stages (the first and the last) of 7 layers"."""
    opens = next((at for at, token in enumerate(tokens) if token.sign == "("), None)
    closes = next((at for at, token in enumerate(tokens) if token.sign == ")"), None)
    return list(tokens) if opens is None or closes is None else [*tokens[:opens], *tokens[closes + 1 :]]
