"""What lines about experts say of their blocks: "128 routed + 1 shared per layer", "expert size: 1536 (gated)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import words
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_SHARED = Pattern(
    r"(?i)(?<![\w.,-])(?P<count>\d|one|two)\s+(?:always.(?:on|active) )?"
    r"(?:shared(?: experts?)?\b(?! (?:gpu|node|link|kv|key|prefix|memory|attention))|个?共享专家)",
    "shared|共享专家",
)
_GATED = Pattern(r"(?i)(?<![\w-])gated(?![\w-]| attention| delta| linear attention)", "gated")
_NUMBERS = {"one": 1, "two": 2}
_BLOCK = words("hidden intermediate ffn size width dim dimension 中间维度 专家中间维度")


def expert_blocks(said: Sequence[Sentence], statements: Iterable[Statement]) -> Iterator[Statement]:
    """The width of all shared experts of a layer, each as wide as a routed one, and blocks that are called gated."""
    ours = (each for each in statements if each.scope.role is Role.PLAN)
    values = (each.value for each in ours if each.subject == "model.expert_hidden_size")
    wide = {value for value in values if isinstance(value, int)}
    for sentence in said:
        if sentence.scope.role is not Role.PLAN or "expert" not in _words(sentence):
            continue
        shared = _SHARED.search(sentence.text) if len(wide) == 1 else None
        if shared is not None:
            count = _NUMBERS.get(shared["count"].lower()) or int(shared["count"])
            width = count * next(iter(wide))
            yield said_at(sentence, "model.shared_expert_hidden_size", width, shared.span("count"))
        gated = _GATED.search(sentence.text) if _BLOCK & {token.stem for token in sentence.key} else None
        if gated is not None:
            yield said_at(sentence, "model.gated", True, gated.span())


def _words(sentence: Sentence) -> str:
    return f"{sentence.text} {sentence.key_text}".lower().replace("专家", "expert")
