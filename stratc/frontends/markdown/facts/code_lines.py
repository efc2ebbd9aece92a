"""What lines of code say of a plan: loops over its layers, experts or stages, and calls that only training makes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import equation, say
from stratc.frontends.markdown.workings.working import workings
from stratc.ir.scope import PHASES, Role
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_LOOP = Pattern(
    r"(?i)\bfor\s+(?P<name>[a-z_]+)\s*(?:in\s+range\(\s*(?:(?P<first>\d+)\s*,\s*)?(?P<end>\d+)\s*\)"
    r"|(?:=|in|from)\s*(?P<low>[01])\s*(?:to|…|-)\s*(?P<high>\d+))(?P<rest>.*)",
    "for",
)
_CALL = Pattern(
    r"\b(?P<backward>\w+\.backward\(|backward\(\))|\b(?:optim\w*|opt)\.(?:step|zero_grad)\(", "backward|step|zero_grad"
)
_OF = {  # what a loop runs over, by the name of its variable
    **dict.fromkeys(("layer", "layers", "l", "lyr", "block", "blk", "layer_id", "layer_idx", "layer_index"), "layers"),
    **dict.fromkeys(("expert", "experts", "e", "expert_id", "expert_idx"), "experts"),
    **dict.fromkeys(("stage", "stages", "stage_id", "pp_stage"), "stages"),
}
_NAMED = Pattern(r"(?i)(?:#|//).*\b(layer|expert|stage)s?\b", "#|//")
_PART = Pattern(r"(?i)\b(?:this|local|per|own|each|of the|moe|dense|shared|first|last|warm\w*|test|debug|virtual)\b")


def code_lines(sentence: Sentence) -> Iterator[Statement]:
    """Claims "loop.layers" and their kin; "mention.optimizer" and "mention.backward_pass" in the code of a server."""
    if sentence.block.kind is not Kind.CODE:
        return
    if loop := _LOOP.search(sentence.text):
        yield from _loop(sentence, loop)
    if (call := _CALL.search(sentence.text)) and sentence.scope.strategy in PHASES:
        concept = "backward_pass" if call["backward"] else "optimizer"
        place = (sentence.start + call.start(), sentence.start + call.end() - 1)
        yield say(sentence, f"mention.{concept}", call[0].rstrip("("), place, role=Role.PLAN)


def remarks(sentence: Sentence) -> Iterator[Statement]:
    """Equations in the comment of a line of code: "# heads per GPU: 16 / 2 = 8"."""
    remark = sentence.text.find("#")
    if remark < 0 or not sentence.has_digit:
        return
    for working in workings(sentence):
        figure = working.result
        if figure.start > sentence.start + remark:
            yield equation(sentence, figure, working.term)


def _loop(sentence: Sentence, loop: re.Match[str]) -> Iterator[Statement]:
    named, own = _NAMED.search(loop["rest"]), _OF.get(loop["name"].lower())
    about = f"{named[1].lower()}s" if named else own
    if about is None or about != (own or about) or _PART.search(loop["rest"]) or int(loop["first"] or 0):
        return  # of a part, as a range that begins in the middle is, or the layers of "stage 0"
    name = "end" if loop["end"] else "high"
    count = int(loop[name]) + (1 if loop["low"] == "0" else 0)
    place = (sentence.start + loop.start(name), sentence.start + loop.end(name))
    yield replace(say(sentence, f"loop.{about}", count, place), quantity=Quantity.of(count))
