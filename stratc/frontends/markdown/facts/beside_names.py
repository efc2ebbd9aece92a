"""What stands in or right after a name: "A100-80GB" has 80 GB, "Qwen3-8B in BF16" is kept in that format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_MEMORY = Pattern(r"(?<=[ -])(?P<n>\d{2,3})(?: ?GB?(?![A-Za-z/])|(?<=-\d{2})$|(?<=-\d{3})$)")
_CHIP = Pattern(r"[A-Za-z]*\d+[A-Za-z]*")
_AFTER = Pattern(
    r"(?i)(?:,?(?: is)?(?: \w+)? in |(?: dense| model| moe| instruct| base| parameters| params)*(?:, ?| ?\(| ?/ ?))"
    r"(?P<name>[A-Za-z]{2,5}\d+\w*)\b"
    r"(?! ?(?:vs|or|and|/|→|->|to|baseline|fallback|compute|peak|tensor|tflops|kv|gradients|activations))",
    " in |,|(|/",
)
_SIZED = Pattern(
    r"(?i)(?: model)? (?:is|has) (?P<n>\d{1,4}(?:\.\d+)?)B\b(?!/)(?! active)(?:,? in (?P<name>[A-Za-z]{2,5}\d+\w*)\b)?"
)
_SERVED = Pattern(
    r"(?i)\b(?:serve|deploy|run|load|host)\w* (?:the |an? )?(?:official )?(?P<name>\w+\d+)[ -](?:quanti[sz]ed )?"
    r"(?:checkpoint|weights)\b",
    "checkpoint|weights",
    "serve|deploy|run|load|host",
)
_MODELS = frozenset(("model.name", "model.parameters"))


def beside_names(said: Sequence[Sentence], statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements of the memory that names of devices tell, and of the format that follows a model or its size."""
    texts = {each.start: each for each in said}
    devices = [each for each in statements if each.subject == "hardware.accelerator" and each.scope.role is Role.PLAN]
    one_chip = len({chip[0] for each in devices if (chip := _CHIP.search(str(each.value)))}) == 1
    for each in statements:
        sentence = texts.get(each.context.start)
        if sentence is None:
            continue
        after = sentence.text[each.span.end - sentence.start :]
        if one_chip and each.subject == "hardware.accelerator" and (size := _MEMORY.search(str(each.value))):
            yield _beside(each, "hardware.memory", float(size["n"]) * 1e9, each.span.start + size.start(), size["n"])
        elif each.subject == "model.name" and (sized := _SIZED.match(after)):
            yield _beside(
                each, "model.parameters", float(sized["n"]) * 1e9, each.span.end + sized.start("n"), sized["n"]
            )
            if sized["name"] and (format_of := PRECISIONS.get(sized["name"].lower())):
                yield _beside(each, "model.precision", format_of, each.span.end + sized.start("name"), sized["name"])
        elif each.subject in _MODELS and (found := _AFTER.match(after)) and found["name"].lower() in PRECISIONS:
            start = each.span.end + found.start("name")
            yield _beside(each, "model.precision", PRECISIONS[found["name"].lower()], start, found["name"])
    for sentence in said:
        served = _SERVED.search(sentence.text)
        if served and served["name"].lower() in PRECISIONS:
            yield said_at(sentence, "model.precision", PRECISIONS[served["name"].lower()], served.span("name"))


def _beside(name: Statement, key: str, value: float | str, start: int, written: str) -> Statement:
    """A statement of the same sentence and role as that of a name."""
    span = Span(name.span.source, start, start + len(written))
    return replace(name, subject=key, value=value, span=span, quantity=None, working=None)
