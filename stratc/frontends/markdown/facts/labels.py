"""Figures that a label names: "**Hidden size**: 8192", "| Layers | 64 |"."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from stratc.arith.unit import TOKEN
from stratc.frontends.markdown.document.notations import compact
from stratc.frontends.markdown.document.rows import (
    BEFORE,
    FILLERS,
    ROW_OF,
    fits,
    is_called,
    other_noun,
    passed,
    value_of,
)
from stratc.frontends.markdown.document.saying import is_held_to
from stratc.frontends.markdown.document.tokens import is_times
from stratc.frontends.markdown.facts.looks import unit_of_heading
from stratc.frontends.markdown.facts.shapes import inside
from stratc.frontends.markdown.layout.counts import is_factor, is_over, is_quotient, summed
from stratc.frontends.markdown.layout.layouts import axis_of_column
from stratc.frontends.markdown.words.vocabulary import DEVICES, Form, Row, words
from stratc.frontends.markdown.workings.operands import HOW
from stratc.ir.scope import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_SPARE = words("remain remaining spare idle unused reserved redundancy redundant")
_PLAIN_COLUMNS = words("value degree size setting count number amount quantity choice plan setup configuration total")
_ONE_AXIS = frozenset((Topic.EXPERT, Topic.TENSOR, Topic.PIPELINE, Topic.DATA, Topic.SEQUENCE))
LENGTHS = words("length len token size 长度 序列长度 输入长度 提示词长度 输出长度 生成长度")
WHOLES = words(  # of a model or a plan, whose shares are facts of their own
    "model.hidden_size model.ffn_hidden_size model.expert_hidden_size model.vocab_size model.heads model.kv_heads "
    "model.layers model.experts workload.batch_size"
)
_ASIDES = frozenset("(,;")
_PARTING = {"/": "/", ",": ",", "×": "×", "*": "×", "·": "×", "x": "×"}
_ONE_OF = words("a an one each every")
_INSIDE = words("of in inside within")
_SOME = words("one single two three four")
_TOKENS_OF = words("token word")
_FEWEST = words("minimum min fewest least 最少 最小")
_BATCHES = words("workload.batch_size workload.micro_batch_size")
_ENDS_OF_LENGTH = words("input prompt output 输入 输出")
TOKENS = words("workload.prompt_length workload.output_length")
OPERATORS = frozenset("×*÷/+-")
_INCLUDING = words("incl including excl excluding")  # which the figure counts too, or leaves out
_HOLDERS = words(
    "per each dp tp cp distribution balance balancing partition partitioning communication cache check overhead "
    "time latency throughput utilization parallel parallelism group scaling routing specialization "
    "computation processing redundancy efficiency reduction configuration division capacity analysis "
    "error match mapping placement assignment storage matching allocation weight state buffer workload "
    "split splitting imbalance transfer module lookahead fusion replica copy copie duplicate "
    "variance difference expansion instance boundary width"
)
_WIDE = words("byte bit 字节")
_AXES = words("tp pp dp ep cp etp")
_WIDTHS = words("model.ffn_hidden_size model.expert_hidden_size")


def labelled(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A label of the table, its first fitting figure; for "a × b = c" and "c (a × b)" that is c."""
    label = sentence.key or sentence.header
    header = sentence.header if sentence.key else ()
    if not label or label[0].sign == "/" or (header and axis_of_column(header)):
        return
    if _is_device_total(sentence):
        yield ROW_OF["strategy.device_count"], len(sentence.tokens) - len(sentence.value)
        return
    if both := _side_by_side(sentence):
        yield from both
        return
    named = _is_device_column(sentence)
    rows = [] if named else _of_label(sentence, sentence.key, header) or _of_label(sentence, header, sentence.key)
    if any(token.stem in _TOKENS_OF for token in label):
        rows = [row for row in rows if row.key not in _BATCHES]  # "Tokens in a full batch"
    of_stage = sentence.header and any(token.stem == "stage" for token in (*sentence.key, *sentence.header))
    if of_stage or any(token.stem in _FEWEST for token in label):
        rows = [row for row in rows if not row.key.endswith("device_count")]
    in_unit = unit_of_heading(header) is not None or _is_list(sentence.value) or _counts_bytes(header)
    for row in rows:
        if row.form is Form.INTEGER and (in_unit or _is_working(sentence)):
            continue  # "| Experts | 480 |" below "TFLOP" counts no experts
        at = _first(sentence, row)
        if at is not None and row.key in TOKENS and not any(t.stem in LENGTHS for t in label):
            figure = sentence.tokens[at].figure
            at = at if figure and figure.quantity.dimension == TOKEN else None
        if at is not None:
            yield row, at
            return


def _counts_bytes(header: Sequence[Token]) -> bool:
    """Whether a column says how wide its rows are stored: "Bytes each", "Bytes/param"."""
    return any(token.stem in _WIDE for token in header)


def _is_working(sentence: Sentence) -> bool:
    """Whether a column tells how the figures of its rows come about, whose first operand no label of a row counts."""
    value = sentence.value
    operand = len(value) > 2 and value[1].sign in ("×", "*") and not value[1].stem
    return operand and any(token.stem in HOW for token in sentence.header)


def _is_list(value: Sequence[Token]) -> bool:
    """Whether numbers and commas are all there is: "2, 3" below "Experts" names two and counts none."""
    return len(value) > 2 and all(
        (token.figure if at % 2 == 0 else token.sign == ",") for at, token in enumerate(value)
    )


def _side_by_side(sentence: Sentence) -> list[tuple[Row, int]]:
    """Figures of as many labels, parted alike: "heads / KV heads: 48 / 8 (width 128)", "layers × hidden: 40 × 5120"."""
    labels = _parts_of(sentence.key)
    value, offset = sentence.value, len(sentence.tokens) - len(sentence.value)
    last = 2 * len(labels) - 1  # tokens of as many figures and the signs between them
    ends = len(value) == last or (len(value) > last and value[last].sign in _ASIDES)
    between = {_parting(token) for token in value[1:last:2]}
    if len(labels) < 2 or not ends or between != {_parting(token) for token in sentence.key} - {""}:
        return []
    found = []
    for label, at in zip(labels, range(0, last, 2), strict=True):
        figure = value[at].figure
        told = _of_width(sentence, label) or _of_label(sentence, label, ())
        rows = [row for row in told if figure and value_of(row, figure) is not None]
        found += [(row, offset + at) for row in rows[:1]]
    return found if len(found) == len(labels) else []


def _parts_of(label: Sequence[Token]) -> list[Sequence[Token]]:
    """The parts of a label between slashes, signs of multiplication, commas and "and"."""
    cuts = [-1, *(at for at, token in enumerate(label) if _parting(token)), len(label)]
    return [part for first, end in pairwise(cuts) if (part := label[first + 1 : end])]


def _parting(token: Token) -> str:
    """Which of the signs that part the members of a list a token is, a comma for "and" too; "" for none."""
    if token.stem == "and":
        return ","
    return _PARTING.get(token.sign or token.stem, "")


def _of_width(sentence: Sentence, label: Sequence[Token]) -> list[Row]:
    """What a bare width is of, by the labels beside it: "Heads / KV heads / width", "Layers, width, FFN"."""
    if [token.stem for token in label] not in (["width"], ["dim"], ["size"]):
        return []
    beside = {token.stem for token in sentence.key}
    key = "model.head_dim" if "head" in beside else "model.hidden_size" if "layer" in beside else ""
    return [ROW_OF[key]] if key else []


def _is_device_total(sentence: Sentence) -> bool:
    """Whether a label is "GPUs" and nothing else, its value a number: "| GPUs | 96 |", "GPUs: 8 (2 nodes × 4)"."""
    value = sentence.value
    bare = len(value) == 1 or (len(value) > 3 and value[1].sign == "(" and _works_out(value[2]))
    of_total = len(value) == 2 and sentence.key_text == "total" and value[1].stem in DEVICES
    figure = value[0].figure if bare or of_total else None
    column = {token.stem for token in sentence.header if token.stem}
    return bool(
        figure
        and figure.is_count
        and (sentence.key_text in DEVICES or of_total)
        and column <= _PLAIN_COLUMNS
        and Topic.HARDWARE not in sentence.scope.topics
        and not _ONE_AXIS & set(sentence.scope.topics)
    )


def _works_out(first: Token) -> bool:
    """Whether brackets that begin so tell how a number of devices comes about: "(2 nodes × 4)", "(TP4 × DP2)"."""
    return first.figure is not None or any(compact((first,)))


def _is_device_column(sentence: Sentence) -> bool:
    """Whether a cell counts devices, whatever its row is called: the column "GPUs" of a row "batch jobs"."""
    column = {token.stem for token in sentence.header if token.stem}
    return bool(column) and column <= DEVICES


def _of_label(sentence: Sentence, label: Sequence[Token], other: Sequence[Token]) -> list[Row]:
    """Rows whose phrase the label holds, the longest and last phrase first."""
    found = BEFORE.inside(label)
    found.sort(key=lambda each: (each[1] - each[2], -each[1]))
    rows = []
    for row, first, end in found:
        rest = (*label[:first], *takewhile(lambda token: token.stem not in _INCLUDING, label[end:]), *other)
        if _is_some(label, first) or _owned(label, first, end) or _is_counted(label, first):
            continue
        if fits(row, sentence, rest) and is_called(row, label, first, end):
            rows.append(row)
    return rows


def _is_some(label: Sequence[Token], first: int) -> bool:
    """Whether a number in words before a phrase says how many of them a label is about: "two gathered layers"."""
    return any(token.stem in _SOME for token in label[max(0, first - 2) : first])


def _is_counted(label: Sequence[Token], first: int) -> bool:
    """Whether a label gives the number itself: "28 heads: TP 8 is impossible"."""
    return first == 1 and label[0].figure is not None and label[0].figure.is_count


def _owned(label: Sequence[Token], first: int, end: int) -> bool:
    """Whether the word after a phrase makes it the owner of something else: "expert distribution"."""
    after = next((token.stem for token in label[end:] if token.stem), "")
    within_bracket = any(token.sign == "(" for token in label[:first])
    if first > 1 and label[first - 2].stem in _INSIDE and label[first - 1].stem in _ONE_OF:
        return True  # "experts of a layer per GPU", "all-reduces in a layer" count no layers
    if end < len(label) and label[end].figure:
        return True
    return (after in _HOLDERS and not any(t.sign in "(/" and t.sign for t in label[end : end + 1])) or within_bracket


def _first(sentence: Sentence, row: Row) -> int | None:
    """Index of the figure that a label speaks of, among all tokens."""
    value, offset = sentence.value, len(sentence.tokens) - len(sentence.value)
    whole = _whole(row, value)
    if whole is not None and (figure := value[whole].figure) and value_of(row, figure) is not None:
        return offset + whole
    result = _result(value)
    if result is not None:
        own = bool(value[1].stem)  # the first operand has a noun of its own, which may be the label's
        if _answers(row, value, result):
            operand = (
                own
                and _names(row, value[1])
                and value[0].figure
                and value_of(row, value[0].figure)
                and not _same(value, 1, result + 1)
            )
            return offset if operand else offset + result
        if not own and value[1].sign in OPERATORS:
            return None  # a working of something else, whose bare operands are no values of the label
    if row.key == "workload.sequence_length" and value and value[0].stem in _ENDS_OF_LENGTH:
        return None  # "Length: input 3072, output 1024"
    if row.form is Form.INTEGER and _names_another(row, value):
        return None
    for at, token in enumerate(value):
        if token.figure is None:
            if not _passes(token, row, at):
                return None
            continue
        spare = row.key == "hardware.device_count" and any(each.stem in _SPARE for each in value)
        if spare or (row.key == "hardware.memory" and is_held_to(value, at)):
            return None
        if value_of(row, token.figure) is None:
            if row.form in (Form.NUMBER, Form.FRACTION, Form.EXTENT) and at < 8:
                continue
            return None
        whole = at + 2 if row.form is Form.NUMBER and at + 2 < len(value) and value[at + 1].sign == "/" else at
        if whole > at and (figure := value[whole].figure) and value_of(row, figure) is not None:
            return offset + whole
        shared = _is_shared(row, value, at) or (row.key in WHOLES and _is_of_each(value, at))
        return None if other_noun(row, value, at) or is_factor(value, at) or shared else offset + at
    return None


def _whole(row: Row, value: Sequence[Token]) -> int | None:
    """The index of a sum of parameters, of what is divided and not the share that comes out, or of a width inside."""
    if row.key == "model.parameters":
        return summed(value)
    if row.key in _WIDTHS:
        return inside(value)
    return 0 if row.key in WHOLES and is_quotient(value, 0) else None


def _answers(row: Row, value: Sequence[Token], result: int) -> bool:
    """Whether the result of a working is what the label speaks of, not a share of it."""
    figure, after = value[result].figure, [token.stem for token in value[result + 1 : result + 5]]
    of = after[after.index("per") + 1 :][:1] if "per" in after else []
    shared = bool({"per", "each", "effective"} & set(after[:3])) and not (of and f"per {of[0]}" in row.before)
    of_replica = row.key == "workload.micro_batches"  # which are counted so everywhere
    return figure is not None and value_of(row, figure) is not None and (of_replica or not shared)


def _is_shared(row: Row, value: Sequence[Token], at: int) -> bool:
    """Whether a figure is what a working of a share divides: "Experts per GPU: 64 / 16"."""
    return "_per_" in row.key and is_over(value, at)


def _is_of_each(value: Sequence[Token], at: int) -> bool:
    """Whether a count is that of each of several: "8 layers each", below "Layers"."""
    after = [token.stem for token in value[at + 1 : at + 4]]
    return "each" in after[:2] and after[after.index("each") + 1 :][:1] in ([], [""])


def _names(row: Row, token: Token) -> bool:
    """Whether a noun is one of those that the row counts, not what they are counted for ("experts per layer")."""
    counted = (phrase.partition(" per ")[0].split() for phrase in f"{row.before}|{row.after}".split("|"))
    return any(word.startswith(token.stem) for words_of in counted for word in words_of)


def _same(tokens: Sequence[Token], left: int, right: int) -> bool:
    """Whether the same noun follows two figures: "16 GPUs × 8 nodes = 128 GPUs"."""
    return right < len(tokens) and tokens[left].stem == tokens[right].stem


def _names_another(row: Row, value: Sequence[Token]) -> bool:
    """Whether a value begins with the name of another fact and its figure: "hidden 4096", "EP=8" below "Layers"."""
    last = next((at for at, token in enumerate(value[:5]) if token.figure), 0)
    if not last:
        return False
    if value[0].stem in _AXES and not row.key.startswith("strategy."):
        return True
    named = [found for found, end in BEFORE.at(value, 0) if end <= last and passed(found, value, end) == last]
    return bool(named) and all(found.key != row.key for found in named)


def _passes(token: Token, row: Row, at: int) -> bool:
    """Whether a word or sign may stand between a label and its figure."""
    if token.sign:
        return token.sign in "~≈(=≤≥<>-–+[,:✓✅" or row.form is not Form.INTEGER
    return token.stem in FILLERS or row.form is not Form.INTEGER or at < 1


def _result(tokens: Sequence[Token]) -> int | None:
    """Index of the figure after the last "=" outside brackets: "64 × 2 = 128", not that of another thought."""
    depth, found = 0, None
    for at, token in enumerate(tokens[:-1]):
        depth += {"(": 1, ")": -1, "[": 1, "]": -1, "{": 1, "}": -1}.get(token.sign, 0)
        if depth <= 0 and token.sign in (",", ";"):
            if found is None:
                return None
            if at > found:
                break  # what follows is another thought
        if token.sign == "=" and depth <= 0:
            if found is not None and _is_worked(tokens, at + 1):
                break  # "= 32 = 4 × 8"
            found = at + 1
            while found < len(tokens) - 1 and tokens[found].sign in ("~", "≈"):
                found += 1
    led = found is not None and any(token.figure for token in tokens[: found - 1])
    return found if found is not None and led and tokens[found].figure else None


def _is_worked(tokens: Sequence[Token], at: int) -> bool:
    """Whether a working of bare figures stands at an index, and nothing that it comes to."""
    rest = tokens[at : at + 3]
    product = len(rest) == 3 and rest[0].figure and is_operator(rest[1]) and rest[2].figure
    return bool(product) and not any(token.sign in ("=", "≈", "→") for token in tokens[at:])


def is_operator(token: Token) -> bool:
    """Whether a token multiplies or divides."""
    return token.stem == "x" or is_times(token) or (bool(token.sign) and token.sign in "×*÷/")
