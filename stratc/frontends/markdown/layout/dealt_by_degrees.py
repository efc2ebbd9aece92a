"""What each device or stage gets by a division through a degree of the plan: "heads 32 / 2 = 16" with TP2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import DEVICE
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_NOUN = (
    r"(?:(?:attention|query|transformer|routed|consecutive|full|q) )?(?:heads?|layers?|experts?)"
    r"|(?:个|层|头|专家|注意力头)+"
)
_DEALT = Pattern(
    rf"(?i)(?<![\w.,×x*/÷+-])(?<![×x*/÷+] )(?P<whole>\d{{1,5}})(?: ?(?P<of>{_NOUN}))? ?[/÷] ?(?P<degree>\d{{1,4}})"
    rf"(?: (?:(?i:{DEVICE})|stage|rank)s)? ?[=→] ?(?P<share>\d{{1,5}})"
    rf"(?![\w.,]\d|[A-Za-z]| ?[×x*/÷%]| ?[KMGT]?B\b)(?: ?(?P<noun>{_NOUN}))?",
    "/|÷",
    "=|→",
)
_BEFORE = 16  # characters in which a noun may stand before a division
_OTHERS = ("kv", "key", "shared", "dense", "backup", "ffn", "mlp", "expert hidden", "moe hidden", "head dim")
_FACTS = (
    # words of which one names what is dealt, the degree that deals it, the whole, the share if that is a fact
    (("head", "头"), "strategy.tp", "model.heads", "strategy.heads_per_device"),
    (("layer", "层"), "strategy.pp", "model.layers", "strategy.layers_per_stage"),
    (("hidden dim", "hidden size", "token dim"), "strategy.tp", "model.hidden_size", ""),
    (("expert", "专家"), "strategy.ep", "model.experts", "strategy.experts_per_device"),
)


def dealt_by_degrees(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of the heads and experts of a device, the layers of a stage and the wholes that these are shares of.

    Each where the division comes out.
    """
    known: dict[str, set[object]] = {}
    for each in statements:
        if each.scope.role is Role.PLAN:
            known.setdefault(each.subject, set()).add(each.value)
    for sentence in said:
        for match in _DEALT.finditer(sentence.text):
            whole, degree, share = (int(match[name]) for name in ("whole", "degree", "share"))
            if degree < 2 or whole != degree * share:
                continue
            named = _named(sentence, match)
            for words, axis, of, key in _FACTS:
                of_plan = degree in known.get(axis, ()) and whole in known.get(of, {whole})
                if of_plan and any(word in named for word in words):
                    if key:
                        yield said_at(sentence, key, share, match.span("share"))
                    if of != "model.experts":  # which may be those of all layers
                        yield said_at(sentence, of, whole, match.span("whole"))


def _named(sentence: Sentence, match: Match[str]) -> str:
    """The noun of what is divided: beside a figure, right before the division, or the label; "" for parts of it."""
    before = sentence.text[max(0, match.start() - _BEFORE) : match.start()].lower()
    opens = bool(sentence.key) and sentence.value[0].start == sentence.start + match.start()
    noun = match["of"] or match["noun"] or (sentence.key_text if opens else before) or sentence.key_text
    return "" if any(other in f"{before} {noun} {sentence.key_text}".lower() for other in _OTHERS) else noun.lower()
