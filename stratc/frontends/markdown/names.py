"""Facts that are words: precision, accelerator, model, schedule, framework; and figures written as words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stratc.arith.unit import PARAMETER
from stratc.frontends.markdown.asides import role_before
from stratc.frontends.markdown.blocks import Kind
from stratc.frontends.markdown.phrases import Phrases
from stratc.frontends.markdown.saying import say, usual
from stratc.frontends.markdown.vocabulary import ACCELERATORS, FAMILIES, FRAMEWORKS, WORD_FACTS, words
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.sentences import Sentence
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

_WORDS: Phrases[tuple[str, str | bool]] = Phrases(
    (phrases, (key, value)) for key, rows in WORD_FACTS.items() for phrases, value in rows
)
_ACCELERATOR = re.compile(rf"(?<![A-Za-z0-9]){ACCELERATORS}(?=$|[^A-Za-z0-9])")
_MODEL = re.compile(
    rf"(?<![\w-])(?:[\w-]+/)?{FAMILIES}(?![a-z])[\w.]*(?:[- ](?:[vV]?\d[\w.]*|Instruct|Chat|Base|MoE|A\d+B|Large))*"
)
_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)([BM])(?![A-Za-z0-9])")
_FRAMEWORK = re.compile("|".join(re.escape(name) for name in FRAMEWORKS))
_OF_DEVICES = re.compile(
    r"(?i)\b(?P<n>one|two|four)\s+experts?\s+(?:weights?\s+)?per\s+(?:gpu|device|npu|card)"
    r"|\beach\s+(?:gpu|device|npu)\s+(?:\w+\s+){1,2}(?:(?:at most|exactly|only)\s+)?(?P<m>one|two|four)\s+experts?\b"
)
_NODE = re.compile(r"(?i)single[- ]node with (?P<n>\d+) ?(?:x |gpus|npus)|(?P<m>\d+)[-_ ]?(?:gpu|npu)s?[-_ ]node\b")
_TOP = re.compile(r"(?i)\btop-?(?P<n>\d+)\b(?=[ -](?:rout|gat|expert|select|activ)|\)|,|$)")
_ZERO = re.compile(r"ZeRO[- ]?(?:[Ss]tage[- ]?)?(?P<n>[0-3])\b")
_ENTRIES = re.compile(rf"(?<!each )(?P<n>\d+) ?[x×X] ?(?={ACCELERATORS})")
_SIZED = re.compile(rf"(?<!each )(?P<n>\d+) ?[x×X] ?(?P<gb>\d{{2,3}}) ?GB ?(?={ACCELERATORS})")
_ALONE = re.compile(r"(?i)\b(?:single|one|1)[- ](?:node|server|machine|host)\b")
_EACH = re.compile(
    rf"{ACCELERATORS}s?(?: ?\([^()]*\))?(?: GPUs?)?,? (?:each|(?:per|a|in each) (?:node|server|box|host|machine))\b"
)
_MACHINES = re.compile(
    r"(?i)\b(?P<nodes>\d{1,5}) ?(?:gpu |compute )?(?:nodes?|servers?|hosts?|machines?)\b[^.;:\n\d]{0,20}?"
    rf"(?P<each>\d{{1,2}}) ?[x×]? ?(?={ACCELERATORS}|(?!per\b)[a-z]{{0,8}} ?(?:GPUs?|NPUs?|cards?|devices?)\b)"
)
_NODES_OF = re.compile(
    r"(?i)\b\d{1,5} (?:nodes|servers|hosts|machines|boxes) (?:of|with) (?P<n>\d{1,2})(?=$|[.,;)]| each\b)(?!\.\d)"
)
_CAPACITY = re.compile(  # "An A100 has 40 GB", "8 H200 (141 GB each)"
    r"s?(?: (?:GPUs?|NPUs?|cards?))?(?: has | have | with | ?\( ?)(?P<n>\d{2,3}) ?GB"
    r"(?=[),;]|\.(?!\d)| each| (?:of )?(?:HBM|VRAM|memory)|$)"
)
_OF_KIND = re.compile(rf"(?<![\w.,×-])(?P<n>\d{{1,6}}) (?={ACCELERATORS}(?:s\b| (?:GPUs|cards|NPUs|accelerators)\b))")
_RUN_ON = re.compile(  # "trained on 64 H100-80GB, 8 per node"
    rf"(?i)\b(?:train|run|serve|host|deploy)\w*\b[^.;:\n]{{0,60}}? (?:on|across|using|over) (?P<n>\d{{1,6}}) "
    rf"(?={ACCELERATORS}(?:-\d+GB)?(?:[,.;)]|$))"
)
_FITTED = re.compile(  # "16 GPUs with 64 GB each", "32 NPUs (64 GB of HBM per card)"
    r"(?i)(?<![\w.,×-])(?P<n>\d{1,6}) (?:GPUs|NPUs|cards|accelerators|devices)(?:,| with| of| \() ?"
    r"(?P<size>(?P<gb>\d{1,3}) ?GB)(?: (?:of )?(?:HBM|VRAM|memory)\w*)?,? "
    r"(?:each|per (?:GPU|NPU|card|device|accelerator))\b"
)
_OF_A_PART = re.compile(
    r"(?i)\b(?:each|every|per|stages?|replicas?|groups?|nodes?|servers?|instances?|ranks?|machines?)\b"
)
_CARDS = re.compile(rf"(?P<n>\d+) ?[张块] ?(?={ACCELERATORS})")
_COUNTS = (
    (_CARDS, "hardware.device_count"),
    (_OF_KIND, "hardware.device_count"),
    (_RUN_ON, "hardware.device_count"),
    (_NODE, "hardware.devices_per_node"),
    (_NODES_OF, "hardware.devices_per_node"),
    (_TOP, "model.top_k"),
    (_ZERO, "strategy.zero_stage"),
    (_ENTRIES, "hardware.device_count"),
    (_OF_DEVICES, "strategy.experts_per_device"),
)
_NUMBERS = {"one": 1, "two": 2, "four": 4}
_PRECISION_KEYS = words("precision dtype quantization quantisation 精度 数据类型 量化")
_STORED = words("precision storage weight size model parameter format inference 精度")
_ASIDE = words("fallback master accumulation critical upgrade")
_PHASE_KEYS = frozenset(("phase", "mode", "workload", "task", "workload type", "use case"))
_PHASES: Phrases[str] = Phrases(
    (("training|pre training|pretraining|fine tuning|finetuning|训练", "training"),
     ("inference|serving|推理", "inference"))
)  # fmt: skip


def names(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the facts that a sentence gives in words."""
    yield from _precision(sentence)
    yield from _phrases(sentence)
    yield from _counts(sentence)
    yield from _named(sentence)
    if (sentence.block.kind is Kind.HEADING and len(sentence.scope.path) <= 1) or sentence.key_text in _PHASE_KEYS:
        yield from _phase(sentence)


def _phase(sentence: Sentence) -> Iterator[Statement]:
    """The phase, where a title or label names one alone."""
    found = _PHASES.inside(sentence.tokens)
    if len({phase for phase, _, _ in found}) == 1:
        phase, first, end = found[0]
        yield say(sentence, "workload.phase", phase, (sentence.tokens[first].start, sentence.tokens[end - 1].end))


def _precision(sentence: Sentence) -> Iterator[Statement]:
    stems = {token.stem for token in sentence.key}
    labelled = bool(stems & _PRECISION_KEYS) or {"data", "type"} <= stems
    key = "model.kv_precision" if "kv" in stems else "model.precision"
    for at, token in enumerate(sentence.tokens):
        name = PRECISIONS.get(token.stem)
        if name is None:
            continue
        around = {t.stem for t in sentence.tokens[max(0, at - 3) : at + 3]}
        counted = any(
            t.figure and t.figure.quantity.dimension == PARAMETER for t in sentence.tokens[max(0, at - 3) : at]
        )
        stored = (
            bool(around & _STORED or stems & _STORED or counted) and Topic.HARDWARE not in sentence.scope.topics[:1]
        )
        if around & _ASIDE:
            continue
        if labelled or stored:
            role = role_before(sentence.tokens, at) or usual(sentence, at)
            yield say(sentence, key, name, (token.start, token.end), role=role)
            return


def _phrases(sentence: Sentence) -> Iterator[Statement]:
    tokens = sentence.tokens
    for (key, value), first, end in _WORDS.inside(tokens):
        stems = {token.stem for token in tokens[max(0, first - 2) : first]}
        if key == "strategy.recompute" and stems & {"no", "without"}:
            value = "none"
        imagined = key == "strategy.schedule" and any(token.stem == "would" for token in tokens[end : end + 4])
        role = role_before(tokens, first) or (Role.ALTERNATIVE if imagined else usual(sentence, first))
        if key.startswith("model.") and sentence.scope.topics[:1] != (Topic.MODEL,) and not sentence.key:
            continue
        yield say(sentence, key, value, (tokens[first].start, tokens[end - 1].end), role=role)


def _counts(sentence: Sentence) -> Iterator[Statement]:
    machines = _MACHINES.search(sentence.text)
    if machines:
        nodes, each = int(machines["nodes"]), int(machines["each"])
        yield _said(sentence, "hardware.devices_per_node", each, machines.span("each"))
        whole = (machines.start("nodes"), machines.end("each"))
        yield _said(sentence, "hardware.device_count", nodes * each, whole)
    for match in _SIZED.finditer(sentence.text):
        yield _said(sentence, "hardware.device_count", int(match["n"]), match.span("n"))
        yield _said(sentence, "hardware.memory", float(match["gb"]) * 1e9, (match.start("gb"), match.end()))
        if _ALONE.search(sentence.text):
            yield _said(sentence, "hardware.devices_per_node", int(match["n"]), match.span("n"))
    part = _OF_A_PART.search(" ".join(sentence.scope.path[-1:]))
    for match in _FITTED.finditer(sentence.text):
        yield _said(sentence, "hardware.memory", float(match["gb"]) * 1e9, match.span("size"))
        if not part and not _OF_A_PART.search(sentence.text[: match.start()]):
            yield _said(sentence, "hardware.device_count", int(match["n"]), match.span("n"))
    for pattern, key in _COUNTS:
        for match in pattern.finditer(sentence.text):
            if machines and machines.start() <= match.start() < machines.end():
                continue
            group = "n" if match["n"] else "m"
            if pattern in (_ENTRIES, _OF_KIND) and _EACH.match(sentence.text, match.end()):
                key = "hardware.devices_per_node"
            value = _NUMBERS.get(match[group].lower()) or int(match[group])
            yield _said(sentence, key, value, match.span(group))


def _named(sentence: Sentence) -> Iterator[Statement]:
    text = sentence.text
    for match in _ACCELERATOR.finditer(text):
        yield _said(sentence, "hardware.accelerator", match[0], match.span())
        if of_card := _CAPACITY.match(text, match.end()):
            place = (of_card.start("n"), of_card.end())
            yield _said(sentence, "hardware.memory", float(of_card["n"]) * 1e9, place)
    for match in _MODEL.finditer(text):
        name = match[0].rstrip(".-")
        if not any(char.isdigit() for char in name) and sentence.key_text not in ("model", "model name"):
            continue
        yield _said(sentence, "model.name", name, match.span())
        size = _SIZE.search(name)
        if size and "active" not in sentence.key_text:
            scale = {"B": 1e9, "M": 1e6}[size[2]]
            start = match.start() + size.start()
            yield _said(sentence, "model.parameters", float(size[1]) * scale, (start, start + len(size[0])))
    for match in _FRAMEWORK.finditer(text):
        yield _said(sentence, "strategy.framework", match[0], match.span())
    if "interconnect" in sentence.key_text and sentence.value:
        start, end = sentence.value[0].start, sentence.value[-1].end
        written = text[start - sentence.start : end - sentence.start]
        yield say(sentence, "hardware.interconnect", written, (start, end), role=usual(sentence, 0))


def _said(sentence: Sentence, key: str, value: Value, place: tuple[int, int]) -> Statement:
    start = sentence.start + place[0]
    at = next((i for i, token in enumerate(sentence.tokens) if token.end > start), 0)
    role: Role | None = role_before(sentence.tokens, at) or usual(sentence, at)
    return say(sentence, key, value, (start, sentence.start + place[1]), role=role)
