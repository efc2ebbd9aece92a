"""Sentences to statements of facts: by label, by the phrase before a figure, by the noun after it, and by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import ONE, PERCENT
from stratc.frontends.markdown.asides import role_after, role_before
from stratc.frontends.markdown.phrases import Phrases
from stratc.frontends.markdown.saying import relation_before, say, usual
from stratc.frontends.markdown.vocabulary import ROWS, Form, Row
from stratc.ir.scope import Role, Topic
from stratc.ir.statement import Per, Relation
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.figures import Figure
    from stratc.frontends.markdown.sentences import Sentence, Token
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

BEFORE: Phrases[Row] = Phrases((row.before, row) for row in ROWS if row.before)
AFTER: Phrases[Row] = Phrases((row.after, row) for row in ROWS if row.after)
_UNLESS = {row: frozenset(row.unless.replace("-", " ").split()) for row in ROWS}
_FILLERS = frozenset(
    "of is to the a an about approximately around up maximum max average avg set at equal size length total variable "
    "dynamic fixed degree range from between value = : ( ~ ≈ - – [ single with exactly only minimum min typical".split()
)
_ADJECTIVES = frozenset(
    "transformer consecutive total attention active routed different parallel identical independent decoder "
    "global local contiguous physical of full nvidia dense".split()
)
_GIVEN_TO = {"gpu": "device", "npu": "device", "device": "device", "card": "device", "rank": "device", "stage": "stage"}
_TARGETS = frozenset("target.ttft target.tpot".split())
_GOALS = frozenset("target requirement limit required goal budget sla slo".split())


def facts(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the facts that a sentence gives, figures first, then words; degrees have a reader of their own."""
    seen: set[tuple[str, int]] = set()
    for row, at in (*_labelled(sentence), *_prefixed(sentence), *_counted(sentence), *_shared(sentence)):
        token = sentence.tokens[at]
        if token.figure is None or (row.key, token.start) in seen or any(start == token.start for _, start in seen):
            continue
        statement = _state(sentence, row, at, token.figure)
        if statement:
            seen.add((row.key, token.start))
            yield statement


def _state(sentence: Sentence, row: Row, at: int, figure: Figure) -> Statement | None:
    value = _value(row, figure)
    relation = relation_before(sentence.tokens, at)
    role = role_before(sentence.tokens, at) or role_after(sentence.tokens, at)
    if row.key.startswith("target."):
        return _target(sentence, row, at, figure, relation, role)
    if value is None or not _plausible(sentence, row, relation, at):
        return None
    if row.form is Form.EXTENT and role is Role.ALTERNATIVE:
        role = None
    largest = row.key == "workload.batch_size" and {"max", "maximum"} & {token.stem for token in sentence.key}
    if role is None and not (largest and sentence.scope.role is Role.TARGET):
        role = usual(sentence.scope)
    return say(sentence, row.key, value, (figure.start, figure.end), figure=figure, role=role, per=per_of(sentence, at))


def _target(
    sentence: Sentence, row: Row, at: int, figure: Figure, relation: Relation, role: Role | None
) -> Statement | None:
    """A latency is a target where the section, the label, a sign or a word says so; else it is a claim."""
    words = {token.stem for token in (*sentence.key, *sentence.header)}
    near = {token.stem for token in sentence.tokens[at + 1 : at + 4]} | {t.stem for t in sentence.tokens[max(0, at - 2) : at]}
    bound = relation in (Relation.AT_MOST, Relation.LESS)
    named = bool(words & _GOALS) or bool(near & _GOALS)
    if "achieved" in words or role not in (None, Role.ALTERNATIVE) and not near & _GOALS:
        return None
    if not (named or (sentence.scope.role is Role.TARGET and relation is not Relation.MORE) or bound and at < 6):
        return None
    return say(
        sentence, row.key, figure.value, (figure.start, figure.end), figure=figure, role=Role.TARGET, relation=relation
    )


def _plausible(sentence: Sentence, row: Row, relation: Relation, at: int) -> bool:
    """Whether a figure so related can be an input: bounds are targets and thresholds."""
    if row.form is Form.EXTENT:
        return True
    if relation is not Relation.IS and row.key != "workload.batch_size":
        return row.key == "hardware.memory" and relation in (Relation.AT_MOST, Relation.LESS)
    if row.key == "hardware.mfu" and sentence.scope.role is not Role.PLAN:
        return False
    return not (row.key in ("hardware.peak_flops",) and at and sentence.tokens[at - 1].sign == "=")


def _value(row: Row, figure: Figure) -> Value | None:
    """The figure as a value of the row; None where unit or form do not fit."""
    quantity = figure.quantity
    if figure.times or quantity.dimension not in row.units:
        return None
    match row.form:
        case Form.FRACTION:
            if quantity.unit == PERCENT or (quantity.unit == ONE and 0 < quantity.high < 1):
                return quantity.high
            return None
        case Form.EXTENT:
            return Extent(quantity.low, quantity.high) if quantity.unit != PERCENT and quantity.low >= 1 else None
        case Form.NUMBER:
            return None if quantity.is_range or quantity.unit == PERCENT else quantity.high
        case Form.INTEGER:
            whole = quantity.high == int(quantity.high) and not quantity.is_range and quantity.unit != PERCENT
            return int(quantity.high) if whole and quantity.high >= (0 if row.key == "strategy.zero_stage" else 1) else None
        case Form.WORD:
            return None


def fits(row: Row, sentence: Sentence, words: Sequence[Token]) -> bool:
    """Whether the section and the words around a phrase let the row speak."""
    if row.below and not set(row.below) & set(sentence.scope.topics[:3]):
        return False
    return not _UNLESS[row] & {token.stem for token in words if token.stem}


def _labelled(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A label of the table, its first fitting figure; for "a × b = c" and "c (a × b)" that is c."""
    label = sentence.key or sentence.header
    header = sentence.header if sentence.key else ()
    if not label:
        return
    rows = _of_label(sentence, sentence.key, header) or _of_label(sentence, header, sentence.key)
    for row in rows:
        at = _first(sentence, row)
        if at is not None:
            yield row, at
            return


def _of_label(sentence: Sentence, label: Sequence[Token], other: Sequence[Token]) -> list[Row]:
    """Rows whose phrase the label holds, the longest and last phrase first."""
    found = BEFORE.inside(label)
    found.sort(key=lambda each: (each[1] - each[2], -each[1]))
    rows = []
    for row, first, end in found:
        rest = (*label[:first], *label[end:], *other)
        if fits(row, sentence, rest) and not _owned(label, first, end):
            rows.append(row)
    return rows


_HOLDERS = frozenset(
    "per each distribution balance balancing partition partitioning communication cache check overhead time latency "
    "throughput utilization parallel parallelism group scaling routing specialization computation processing "
    "redundancy efficiency reduction configuration division capacity analysis error match mapping placement "
    "assignment storage matching allocation weight state buffer workload imbalance".split()
)


def _owned(label: Sequence[Token], first: int, end: int) -> bool:
    """Whether the word after a phrase makes it the owner of something else: "expert distribution"."""
    after = next((token.stem for token in label[end:] if token.stem), "")
    within_bracket = any(token.sign == "(" for token in label[:first])
    return (after in _HOLDERS and not any(t.sign in "(/" and t.sign for t in label[end : end + 1])) or within_bracket


def _first(sentence: Sentence, row: Row) -> int | None:
    """Index of the figure that a label speaks of, among all tokens."""
    value, offset = sentence.value, len(sentence.tokens) - len(sentence.value)
    result = _result(value)
    if result is not None and (figure := value[result].figure) and _value(row, figure) is not None:
        return offset + result
    for at, token in enumerate(value):
        if token.figure is None:
            if not _passes(token, row, at):
                return None
            continue
        if _value(row, token.figure) is None:
            if row.form in (Form.NUMBER, Form.FRACTION, Form.EXTENT) and at < 8:
                continue
            return None
        return None if _other_noun(row, value, at) else offset + at
    return None


def _passes(token: Token, row: Row, at: int) -> bool:
    """Whether a word or sign may stand between a label and its figure."""
    if token.sign:
        return token.sign in "~≈(=≤≥<>-–+[,:✓✅" or row.form is not Form.INTEGER
    return token.stem in _FILLERS or row.form is not Form.INTEGER or at < 1


def _result(tokens: Sequence[Token]) -> int | None:
    """Index of the figure after the last "=" outside brackets: "64 × 2 = 128"."""
    depth, found = 0, None
    for at, token in enumerate(tokens[:-1]):
        depth += {"(": 1, ")": -1}.get(token.sign, 0)
        if token.sign == "=" and depth <= 0:
            found = at + 1
            while found < len(tokens) - 1 and tokens[found].sign in ("~", "≈"):
                found += 1
    return found if found is not None and tokens[found].figure and tokens[0].figure else None


def _other_noun(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether the noun after a figure counts something else than the label: "Attention: 16 heads"."""
    rows = [found for found, _ in _nouns(tokens, at)]
    if rows:
        return all(found.key != row.key for found in rows) and row.form is Form.INTEGER
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if row.form is not Form.INTEGER or after is None or not after.stem:
        return after is not None and after.sign == "-" and row.form is Form.INTEGER and _dashed(row, tokens, at)
    last = row.after.rpartition("|")[2] if row.after else ""
    known = {stem for phrase in (row.before, last) for stem in phrase.replace("|", " ").split()}
    return after.stem not in {*_ADJECTIVES, *_FILLERS} and not any(word.startswith(after.stem[:4]) for word in known)


def _dashed(row: Row, tokens: Sequence[Token], at: int) -> bool:
    """Whether "16-layer", "4-way" and the like count something else than the label."""
    word = tokens[at + 2].stem if at + 2 < len(tokens) else ""
    return bool(word) and word not in row.before and word not in row.after


def _nouns(tokens: Sequence[Token], at: int) -> list[tuple[Row, int]]:
    """Rows that the nouns after a figure name, adjectives skipped."""
    index = at + 1
    while index < len(tokens) and index < at + 5:
        found = AFTER.at(tokens, index)
        if found:
            return found
        if tokens[index].sign != "-" and tokens[index].stem not in _ADJECTIVES:
            break
        index += 1
    return []


def _prefixed(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A phrase in the sentence itself, right before a figure: "batch size 1, sequence length 1024"."""
    tokens = sentence.value
    offset = len(sentence.tokens) - len(tokens)
    for row, first, end in BEFORE.inside(tokens):
        at = end
        while at < len(tokens) and at < end + 5 and (tokens[at].stem in _FILLERS or tokens[at].sign in ("=", ":", "(", "~", "≈", "[")):
            at += 1
        if at >= len(tokens) or (figure := tokens[at].figure) is None:
            continue
        alone = first == 0 and not sentence.key
        single = " " not in row.before.partition("|")[0] and end - first == 1
        if single and not alone and tokens[end].sign not in ("=", ":") and row.form is Form.INTEGER:
            continue
        if _value(row, figure) is None or _dashed(row, tokens, at) or (at + 1 < len(tokens) and tokens[at + 1].sign in "×*÷/" and tokens[at + 1].sign):
            continue
        around = (*tokens[max(0, first - 2) : first], *tokens[end:at])
        if fits(row, sentence, around) and not _other_noun(row, tokens, at):
            yield row, offset + at


def _counted(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A noun after a figure: "64 experts per layer", "16-layer", "8 micro-batches"."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        if token.figure is None:
            continue
        given = _given(sentence, at)
        if given:
            yield given, at
            continue
        for row, end in _nouns(tokens, at):
            around = (*tokens[at + 1 : at + 3], *tokens[end : end + 2], *tokens[max(0, at - 2) : at])
            if _value(row, token.figure) is not None and fits(row, sentence, around) and _enough(sentence, row, at, end):
                yield row, at
                break


ROW_OF = {row.key: row for row in ROWS}


def _given(sentence: Sentence, at: int) -> Row | None:
    """Bare nouns whose meaning the words around settle: layers, experts, heads and devices, in all or for each."""
    tokens = sentence.tokens
    figure = tokens[at].figure
    index = at + 1
    if figure is None or not figure.is_count or figure.quantity.is_range:
        return None
    while index < len(tokens) and (tokens[index].sign == "-" or tokens[index].stem in _ADJECTIVES):
        index += 1
    noun = tokens[index].stem if index < len(tokens) else ""
    if noun not in ("layer", "expert", "head", "gpu", "npu", "device", "card", "sequence", "dimension", "dim"):
        return None
    key = _shared_key(noun, _share(sentence, at, index)) if _share(sentence, at, index) else _whole_key(sentence, noun, at, index)
    return ROW_OF.get(key)


def _share(sentence: Sentence, at: int, noun: int) -> str:
    """What a counted noun is counted for: "device", "stage", "layer", …; "" for the whole model."""
    tokens = sentence.tokens
    words = [token for token in tokens[noun + 1 : noun + 6]]
    for index, token in enumerate(words):
        if token.stem in ("per", "each", "every") or token.sign == "/":
            after = [t.stem for t in words[index + 1 : index + 4] if t.stem]
            if token.stem == "each" and (not after or after[0] not in (*_GIVEN_TO, "pipeline")):
                return "stage" if _back(tokens, at, ("stage", "of")) else "group"
            if token.sign == "/" and not (after and after[0] in _GIVEN_TO):
                return ""
            return _held(after)
        if token.sign or token.stem not in ("in", "on", "for", "consecutive"):
            break
    subject = _subject(tokens, at)
    if not subject and any(t.stem == "per" for t in sentence.key):
        after = [t.stem for t in sentence.key[[t.stem for t in sentence.key].index("per") + 1 :] if t.stem]
        return _held(after)
    return subject


def _held(after: list[str]) -> str:
    for index, word in enumerate(after):
        if word in ("group",) or (index + 1 < len(after) and after[index + 1] in ("group", "module")):
            return "tp group" if after[0] in ("tp", "tensor") else "group"
        if word in _GIVEN_TO:
            return _GIVEN_TO[word]
        if word in ("tp", "tensor"):
            return "tp group"
        if word not in ("pipeline", "pp", "ep", "physical", "moe", "virtual"):
            return word
    return "group"


def _subject(tokens: Sequence[Token], at: int) -> str:
    """Each GPU handles 4 experts."""
    words = [token for token in tokens[max(0, at - 7) : at]]
    for index, token in enumerate(words[:-1]):
        if token.stem in ("each", "every") and words[index + 1].stem in ("gpu", "stage", "device", "npu", "pipeline", "group"):
            rest = words[index + 2 :]
            if not any(t.sign in ",.;:" and t.sign for t in rest):
                after = words[index + 2].stem if index + 2 < len(words) else ""
                return "group" if after == "group" else _held([words[index + 1].stem, after])
    return ""


def _back(tokens: Sequence[Token], at: int, words: tuple[str, str]) -> bool:
    before = [token.stem for token in tokens[max(0, at - 4) : at]]
    return words in list(zip(before, before[1:], strict=False))


def _shared_key(noun: str, share: str) -> str:
    match noun, share:
        case "layer", ("stage" | "device"):
            return "strategy.layers_per_stage"
        case "expert", "device":
            return "strategy.experts_per_device"
        case "expert", "layer":
            return "model.experts"
        case "head", ("device" | "tp group"):
            return "strategy.heads_per_device"
        case ("gpu" | "npu" | "device" | "card"), "stage":
            return "strategy.devices_per_stage"
        case ("gpu" | "npu" | "device" | "card"), ("node" | "server" | "machine" | "host"):
            return "hardware.devices_per_node"
        case ("dimension" | "dim"), "head":
            return "model.head_dim"
    return ""


_DIVIDED = frozenset(
    "divided divide split distributed distribute partitioned partition sharded into across evenly total".split()
)
_DIVIDING = frozenset("divide split distribute partition shard all total the with of has have and assign spread".split())


def _whole_key(sentence: Sentence, noun: str, at: int, index: int) -> str:
    """The key of a noun counted for the whole model or plan."""
    tokens = sentence.tokens
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    follows = after is not None and (after.stem in _DIVIDED or (after.sign in ("÷", "/")))
    leads = before is not None and before.stem in _DIVIDING
    if any(t.stem == "per" for t in sentence.key) and (after is None or after.sign):
        return ""
    if after is not None and after.sign == "/" and not _number_after(tokens, index + 2):
        return ""
    match noun:
        case "layer":
            hyphen = tokens[at + 1].sign == "-" and not (after and after.stem in ("pipeline", "stage"))
            described = before is not None and before.sign == "(" and after is not None and after.sign == ")"
            alone = described and sentence.key_text in ("architecture", "model", "model architecture", "model type")
            first = at == 0 or tokens[at - 1] in sentence.key or _begins(sentence, at)
            shape = first and sentence.scope.topics[:1] == (Topic.MODEL,)
            return "model.layers" if follows or leads or hyphen or alone or shape else ""
        case "expert":
            shape = _begins(sentence, at) and sentence.scope.topics[:1] == (Topic.MODEL,)
            return "model.experts" if follows or (leads and before is not None and before.stem != "of") or shape else ""
        case "head":
            shape = sentence.scope.topics[:1] == (Topic.MODEL,) or "attention" in sentence.key_text
            return "model.heads" if follows or shape or (after is not None and after.sign == "×") else ""
        case "dimension" | "dim":
            return "model.head_dim" if any(t.stem == "head" for t in tokens[max(0, at - 4) : at]) else ""
        case "sequence":
            batch = any(t.stem in ("batch", "concurrent") for t in (*sentence.key, *tokens[:at]))
            return "workload.batch_size" if batch and before is not None and before.sign not in ("=", "×") else ""
        case _:
            return _devices(sentence, at, index)


def _begins(sentence: Sentence, at: int) -> bool:
    """Whether a figure opens the value of its sentence, or follows a comma there."""
    start = len(sentence.tokens) - len(sentence.value)
    return at == start or (at > 0 and sentence.tokens[at - 1].sign in (",", "(", "+"))


def _number_after(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].figure is not None


_WHOLE = frozenset("total cluster environment system configuration setup required available in needed node hardware deployment".split())


def _devices(sentence: Sentence, at: int, index: int) -> str:
    """Devices in all: "all 128 GPUs", "3-GPU environment", "128 GPUs total"."""
    tokens = sentence.tokens
    before = tokens[at - 1] if at else None
    after = [token.stem for token in tokens[index + 1 : index + 3]]
    if after[:1] and after[0] in ("group", "per", "each", "pair") or (before is not None and before.sign in "÷/×" and before.sign):
        return ""
    hyphen = tokens[at + 1].sign == "-" and bool(after) and after[0] in _WHOLE
    whole = bool(after) and after[0] in ("total", "in") and after[:2] != ["in", "each"] and "total" in after
    deployed = before is not None and before.stem in ("across", "on", "using") and not sentence.key
    overall = deployed and not set(sentence.scope.topics) & _AXES and any(t.stem.startswith(("deploy", "cluster")) for t in tokens[:at])
    spread = before is not None and before.stem == "all" and not after[:1] == ["group"]
    cluster = bool(after) and after[0] in ("cluster", "environment", "system", "configuration", "setup", "deployment")
    return "strategy.device_count" if hyphen or whole or spread or overall or cluster else ""


_AXES = {Topic.TENSOR, Topic.EXPERT, Topic.PIPELINE, Topic.DATA, Topic.SEQUENCE}


def _enough(sentence: Sentence, row: Row, at: int, end: int) -> bool:
    """Whether a noun after a figure says enough to name a fact by itself."""
    tokens = sentence.tokens
    figure = tokens[at].figure
    after = tokens[end].stem if end < len(tokens) else ""
    if figure is None or (after == "per" and " per " not in f" {row.after} "):
        return False
    if row.key == "model.parameters":
        return _declares(sentence, at, figure)
    if row.key == "hardware.memory":
        noun = tokens[end - 1].stem
        hardware = Topic.HARDWARE in sentence.scope.topics[:2]
        bounds = noun in ("capacity", "limit", "vram", "memory", "hbm", "each", "gpu") and not figure.quantity.approximate
        used = after in ("used", "usage", "total") or _summed(sentence, at)
        return bounds and not used and (hardware or noun in ("vram", "capacity", "limit"))
    if row.key == "workload.micro_batches":
        return not (tokens[at - 1].stem in ("every",) if at else False)
    if row.key == "hardware.mfu":
        return relation_before(tokens, at) is Relation.IS
    return True


def _summed(sentence: Sentence, at: int) -> bool:
    """Whether a figure is what something needs, not what there is: at the head of a memory item."""
    return _begins(sentence, at) and bool(sentence.key) and Topic.HARDWARE not in sentence.scope.topics


def _declares(sentence: Sentence, at: int, figure: Figure) -> bool:
    """30B parameters, a 7B MoE model: not what a device holds, and not the result of an equation."""
    tokens = sentence.tokens
    large = figure.quantity.unit.scale >= 1e6
    if not large or figure.quantity.approximate or figure.quantity.is_range or (at and tokens[at - 1].sign == "="):
        return False
    words = {token.stem for token in tokens[at + 1 : at + 6]}
    key = {token.stem for token in sentence.key}
    return not (words & {"per", "active", "activated", "each"} or key & {"per", "active", "expert", "attention"})


def _shared(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """Figures that a second noun of the sentence explains: "1.8TBps with 80% utilization", "3 GPUs with 32GB each"."""
    tokens = sentence.tokens
    rates = [i for i, t in enumerate(tokens) if t.figure and t.figure.quantity.dimension == ROW_OF["hardware.memory_bandwidth"].units[0]]
    memory = "vram" in sentence.key_text or "memory" in sentence.key_text or "memory" in {t.stem for t in tokens} or "vram" in {t.stem for t in tokens}
    for at, token in enumerate(tokens):
        figure = token.figure
        if figure is None:
            continue
        after = [t.stem for t in tokens[at + 1 : at + 3]]
        if figure.quantity.unit == PERCENT and rates and memory:
            used = any(word in ("utilization", "utilisation", "efficiency", "effective") for word in after)
            of = after[:1] == ["of"] and at + 2 < len(tokens) and at + 2 in rates
            times = rates[0] == at - 2 and tokens[at - 1].sign == "×"
            if used or of or times:
                yield ROW_OF["hardware.bandwidth_utilization"], at
        if figure.quantity.dimension == ROW_OF["hardware.memory"].units[0] and after[:1] in (["each"], ["vram"], ["memory"]) and Topic.HARDWARE in sentence.scope.topics:
            yield ROW_OF["hardware.memory"], at


def per_of(sentence: Sentence, at: int) -> Per:
    """What a figure is counted for, by the words after it or by its label.

    A slash in the unit comes first, then "per GPU" after the figure, then "per GPU" in the label.
    """
    figure = sentence.tokens[at].figure
    if figure is not None and figure.per is not Per.UNSAID:
        return figure.per
    from stratc.frontends.markdown.figures import COUNTED_FOR

    following = sentence.tokens[at + 1 : at + 7]
    for tokens in (following, sentence.key):
        stems = [token.stem for token in tokens]
        if "per" in stems[:-1]:
            word = next((stem for stem in stems[stems.index("per") + 1 :] if stem), "")
            return COUNTED_FOR.get(word, Per.UNSAID)
    if "total" in [token.stem for token in sentence.key]:
        return Per.TOTAL
    return Per.UNSAID


