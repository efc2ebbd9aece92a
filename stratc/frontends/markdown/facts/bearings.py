"""What a figure of a sentence bears on: the clause it stands in, what it is counted for, what is credited with it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE, PARAMETER
from stratc.frontends.markdown.devices.of_all import (
    EVERY,
    FEWEST,
    before_restated,
    is_all_of_them,
    is_dealt_out,
    is_of_all,
    is_of_machine,
    is_of_one_device,
    is_of_whole_model,
    is_spread,
    past_former,
    per_in,
)
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.figures import COUNTED_FOR
from stratc.frontends.markdown.document.notations import AXES, NAMES, SHORT
from stratc.frontends.markdown.facts.counted_for import outside_counts, per_of, until_figure
from stratc.frontends.markdown.layout.degrees import axis_of
from stratc.frontends.markdown.words.vocabulary import DEVICES, words
from stratc.ir.statement import Per

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_BORDERS = frozenset(",;、()[]|→➜—–:")
_FILLERS = words("to with the a original previous initial")
_ONE = words("one single")
_JOINED = words("plus and with")
_BELONGS = words("of for")
_IS = words("is has hold take need weigh")
_OPERATORS = frozenset("×÷*/+·")


class Clause(NamedTuple):
    """The tokens from `first` to before `last` that stand with a figure, no comma or bracket between them."""

    first: int
    last: int


def clause_of(sentence: Sentence, at: int) -> Clause:
    """The clause of the token at an index; label and value are clauses of their own."""
    tokens, border = sentence.tokens, len(sentence.tokens) - len(sentence.value)
    low, high = (border, len(tokens)) if at >= border else (0, border)
    first, last = at, at + 1
    while first > low and tokens[first - 1].sign not in _BORDERS - {""}:
        first -= 1
    while last < high and tokens[last].sign not in _BORDERS - {""}:
        last += 1
    return Clause(first, last)


def counted_for(sentence: Sentence, at: int) -> Per:
    """What a figure is counted for: the words beside it, its label, the label or heading above, "total"."""
    figure = sentence.tokens[at].figure
    if figure is not None and figure.per is not Per.UNSAID:
        return figure.per
    clause = clause_of(sentence, at)
    clause = clause._replace(first=past_former(sentence.tokens, clause.first, at))
    near = before_restated(sentence.tokens[clause.first : clause.last], at - clause.first)
    after = sentence.tokens[at + 1 : at + 4]
    if beside := per_in(after if after and after[0].stem in EVERY else after[:2]):
        return beside
    if is_of_machine(sentence.tokens, at):
        return Per.NODE
    if is_spread(sentence.tokens[at + 1 : at + 5]) or is_of_all(sentence.tokens, at):
        return Per.TOTAL
    if figure is not None and figure.quantity.dimension == PARAMETER and is_dealt_out(sentence.tokens, at):
        return Per.TOTAL
    if [token.stem for token in sentence.key] in _DEVICE_LABELS or sentence.key_text.startswith(_OF_DEVICE):
        return Per.DEVICE
    if _is_one_expert(sentence):
        return Per.EXPERT
    if is_of_whole_model(sentence.key):
        return Per.TOTAL
    if [token.stem for token in after[:2]] in (["in", "total"], ["in", "all"]) and not per_in(near):
        return Per.TOTAL
    if figure is not None and _is_shared_next(sentence.tokens, at, figure):
        return Per.UNSAID
    own = (
        per_in(_of_result(near, at - clause.first))
        or per_in(until_figure(sentence.tokens[clause.last : clause.last + 4]))
        or per_in(_label_inside(sentence, clause))
        or per_in(outside_counts(sentence.key))
    )
    return own or _counted_around(sentence, at, near, near[: at - clause.first])


def _label_inside(sentence: Sentence, clause: Clause) -> Sequence[Token]:
    """The words before a colon inside of a line: "Runs: TP 4, 20 layers each. Weights per GPU: 31 GB"."""
    colon = clause.first - 1
    if colon <= len(sentence.key) or sentence.tokens[colon].sign not in (":", "："):
        return ()
    led = clause_of(sentence, colon - 1)
    return sentence.tokens[led.first : colon]


_IN_ALL = ("total", "altogether")


def _counted_around(sentence: Sentence, at: int, near: Sequence[Token], before: Sequence[Token]) -> Per:
    """What a figure is counted for by sentence, label, headings and column, where no word beside it says."""
    if _speaks_of_one_expert(sentence):
        return Per.EXPERT
    if sentence.of_all:
        return Per.TOTAL
    if is_divided_on(sentence, at) or _goes_on(sentence.value) or is_all_of_them(sentence.key):
        return Per.UNSAID
    if any(token.stem.startswith("总") for token in sentence.tokens[:at]):
        return Per.TOTAL
    header = per_in(sentence.header) or _after_slash(sentence)
    if header is Per.DEVICE:
        return header
    if any(token.stem in _IN_ALL for token in near[len(before) + 1 : len(before) + 3]):
        return Per.TOTAL  # "145 GB total", whatever the heading counts
    for above in sentence.above[: len(sentence.lead) + 1]:
        if found := per_in(_last_of(above.tokens)) or (Per.DEVICE if is_of_one_device(above.tokens) else None):
            return Per.UNSAID if found is Per.TOKEN and _of_bytes(before) else found
    if header:
        return header
    if any(token.stem in _IN_ALL for token in near):
        return Per.TOTAL
    whole = any(token.stem in ("total", "aggregate", "overall", "system", "cluster") for token in sentence.key)
    return Per.TOTAL if whole else per_of(sentence, at)


def _goes_on(tokens: Sequence[Token]) -> bool:
    """Whether a line multiplies what the line above comes to: "65,536 B per token", then "x 16 seq x 8192 = 8.6 GB"."""
    first = tokens[0] if tokens else None
    return first is not None and (first.sign in _TIMES or first.stem == "x")


def is_share_of_batch(sentence: Sentence, at: int) -> bool:
    """Whether sequences are those of a device or replica: not "with 8 sequences the cache per GPU stays below 2 GB"."""
    beside = sentence.tokens[max(0, at - 1) : at + 2]
    led = len(beside) == 3 and beside[0].stem in _CONDITIONS and beside[2].stem not in ("per", "each", "on", "in")
    return not led and counted_for(sentence, at) in (Per.DEVICE, Per.REPLICA)


def _of_result(near: Sequence[Token], at: int) -> Sequence[Token]:
    """The words of a clause that speak of a figure; of "0.3 GB per layer × 24 = 7.2 GB" label and what follows."""
    equals = max((index for index, token in enumerate(near[:at]) if token.sign in _EQUALS), default=None)
    times = equals is not None and any(token.sign in _TIMES or token.stem == "x" for token in near[:equals])
    if equals is None or not times:
        return near
    label = next((index for index, token in enumerate(near) if token.figure), 0)
    return (*near[:label], *near[equals:])


_OF_DEVICE = ("单卡", "每卡", "单npu", "每npu", "单gpu", "每gpu", "每张卡")  # as in 单卡吞吐
_DEVICE_LABELS = (["单卡"], ["每卡"], ["per", "gpu"])
_EQUALS = frozenset(("=", "→", "≈"))
_TIMES = frozenset(("×", "*", "·"))


def _is_one_expert(sentence: Sentence) -> bool:
    """Whether the label is "Expert" or "One expert", of which a plan then gives the size of one."""
    label = [token for token in sentence.key if token.stem]
    one = len(label) == 1 or (len(label) == 2 and label[0].stem in _ONE)
    return one and label[-1].stem == "expert" and not label[-1].many


def _speaks_of_one_expert(sentence: Sentence) -> bool:
    """ "One expert is 3 × 4096 × 1024 = 12.6M"."""
    stems = [token.stem for token in sentence.tokens[:3]]
    return len(stems) == 3 and stems[0] in _ONE and stems[1] == "expert" and stems[2] in _IS


def is_divided_on(sentence: Sentence, at: int) -> bool:
    """Whether a figure is what the sentence then divides: "= 90 GB, 90 GB / 6 = 15 GB", "= 90 GB, / 6 = 15 GB"."""
    tokens, figure = sentence.tokens, sentence.tokens[at].figure
    if [token.sign for token in tokens[at + 1 : at + 3]] in _GOES_ON_OVER:
        return True
    for index in range(at, len(tokens) - 1):
        same = tokens[index].figure
        if figure and same and same.quantity == figure.quantity and tokens[index + 1].sign in _OVER:
            return True
    return False


def _is_shared_next(tokens: Sequence[Token], at: int, whole: Figure) -> bool:
    """Whether a figure is what devices share, each as said next: "= 90 GB, per GPU 15 GB", "90 GB → 15 GB per GPU"."""
    then = next((n for n in range(at + 1, len(tokens)) if tokens[n].figure), None)
    share = tokens[then].figure if then is not None else None
    if then is None or share is None or share.value * FEWEST > whole.value:
        return False
    between, after = tokens[at + 1 : then], tokens[then + 1 : then + 3]
    says = per_in(between) or (between and per_in(after))
    return says is Per.DEVICE and all(not token.stem or token.stem in _OF_SHARE for token in between)


def _of_bytes(tokens: Sequence[Token]) -> bool:
    """Whether a working starts from an amount in kilobytes or more, as no formula of one token does."""
    figures = [token.figure.quantity for token in tokens if token.figure]
    return any(each.dimension == BYTE and each.unit.scale > 1 for each in figures)


_OVER = frozenset(("/", "÷"))
_GOES_ON_OVER = ([",", "/"], [",", "÷"], ["，", "/"], ["，", "÷"])
_OF_SHARE = DEVICES | words("per each every so that is i.e ie which on or")
_CONDITIONS = words("with at for given")


def _last_of(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The last sentence of what stands above, which introduces what follows: "9 GB per GPU. Then the rate:"."""
    stops = [at for at, token in enumerate(tokens[:-1]) if token.sign == "." and tokens[at + 1].start > token.end]
    return tokens[stops[-1] + 1 :] if stops else tokens


def _after_slash(sentence: Sentence) -> Per | None:
    """ "KV size / token (bytes)" above a column; "nodes / GPUs" is a list of two."""
    for sign, token in itertools.pairwise(sentence.header):
        if sign.sign == "/" and not token.many and token.stem in COUNTED_FOR:
            return COUNTED_FOR[token.stem]
    return None


def cause_of(sentence: Sentence, at: int) -> str:
    """The degree that a figure is credited to: named in its sentence first, else by the section it stands in."""
    named = [*_axes(sentence.key), *_axes(sentence.value[: max(0, at - len(sentence.key)) + 12])]
    if named:
        return named[0]
    for above in sentence.above:
        if len(set(_axes(above.tokens))) > 1:
            return ""
        if axis := axis_of(above):
            return axis.partition(".")[2]
    return ""


def _axes(tokens: Sequence[Token]) -> list[str]:
    """Short names of the axes that words and degrees such as "TP2" name, in their order."""
    named = [(first, key) for key, first, _ in AXES.inside(tokens)]
    given = [(at, key) for at, token in enumerate(tokens) for key in short_axes(token.stem)]
    return [key.partition(".")[2] for _, key in sorted((*named, *given))]


def short_axes(stem: str) -> tuple[str, ...]:
    """The axes that a word such as "tp2" or "ep64_tp8" gives degrees of.

    >>> short_axes("ep64_tp8")
    ('strategy.ep', 'strategy.tp')
    """
    return tuple(NAMES[match[1]] for match in SHORT.finditer(stem)) if stem[-1:].isdigit() else ()


def numbered(sentence: Sentence) -> tuple[int | None, Per]:
    """The device or stage that a label numbers: "GPU 0", "Stage 2"; the first of "GPU 4-7"."""
    key = sentence.key
    for token, following in itertools.pairwise(key):
        figure = following.figure
        if figure is None or not figure.is_count:
            continue
        if token.stem in DEVICES:
            return int(figure.quantity.low), Per.DEVICE
        if token.stem == "stage":
            return int(figure.quantity.low), Per.STAGE
    row = key[0].figure if key and sentence.header and sentence.header[-1].start == sentence.header[-1].end else None
    if row is not None and row.is_count and sentence.header[-1].stem in DEVICES:
        return int(row.quantity.low), Per.DEVICE  # a row of a table of devices, each column counted per device
    return None, Per.UNSAID


def of_one_replica(sentence: Sentence) -> bool:
    """Whether a sentence names one replica by its number: "DP replica 2: …", "replica 2  host b  GPU 0-3"."""
    code = sentence.tokens if sentence.block.kind is Kind.CODE else ()
    alone = (pair for pair in itertools.pairwise(code) if not sentence.written(pair[0]).endswith("s"))
    pairs = (*itertools.pairwise(sentence.key), *alone)
    return any(one.stem == "replica" and other.figure for one, other in pairs)


def baseline_of(sentence: Sentence) -> int | None:
    """How many devices a gain is measured against: "compared to single GPU" is 1; None where nobody says."""
    tokens = sentence.value or sentence.key
    for index, token in enumerate(tokens):
        if token.stem not in ("compared", "versus", "vs", "than", "over", "against", "relative", "from"):
            continue
        rest = [each for each in tokens[index + 1 : index + 6] if each.sign != "-" and each.stem not in _FILLERS]
        if rest and rest[0].stem in DEVICES and tokens[index + 1].stem == "a":
            return 1
        if len(rest) > 1 and rest[1].stem in DEVICES:
            figure = rest[0].figure
            if figure is not None and figure.is_count:
                return int(figure.value)
            if rest[0].stem in _ONE:
                return 1
    return None


def operands(tokens: Sequence[Token]) -> frozenset[int]:
    """Indices of the figures that are operands of a working, not its result.

    >>> from stratc.frontends.markdown.document.tokens import tokens_of
    >>> sorted(operands(tokens_of("16 GPUs × 20 tokens/ms = 320 tokens/ms", 0)))
    [0, 3]
    """
    found: set[int] = set()
    for index, token in enumerate(tokens):
        times = token.stem == "x" and index and tokens[index - 1].figure is not None
        if not times and (not token.sign or not (token.sign in _OPERATORS or _is_minus(tokens, index))):
            continue
        left = _figure(tokens, range(index - 1, max(-1, index - 7), -1))
        right = _figure(tokens, range(index + 1, min(len(tokens), index + 5)))
        degree = any(_is_degree(token) for token in tokens[index + 1 : index + 3])  # "140 GB / (TP4 × PP2)"
        found |= {each for each in (left, right) if each is not None and (degree or None not in (left, right))}
    return frozenset(found)


def _is_minus(tokens: Sequence[Token], index: int) -> bool:
    """A hyphen with blanks on both sides, in a sentence that also has an equals sign."""
    apart = tokens[index - 1].end < tokens[index].start if index else False
    following = index + 1 < len(tokens) and tokens[index].end < tokens[index + 1].start
    return tokens[index].sign in "-−" and apart and following and any(token.sign == "=" for token in tokens)


def _is_degree(token: Token) -> bool:
    return bool(token.stem) and token.stem[-1].isdigit() and bool(short_axes(token.stem))


def _figure(tokens: Sequence[Token], indices: range) -> int | None:
    for index in indices:
        if tokens[index].figure is not None:
            return index
        if tokens[index].sign and tokens[index].sign in "=,;:→()" and tokens[index].sign not in ")(":
            return None
    return None


def beside(tokens: tuple[Token, ...], clause: Clause, at: int) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """The words of a clause before and after a figure, as far as the figures next to it."""
    left = next((index + 1 for index in range(at - 1, clause.first - 1, -1) if tokens[index].figure), clause.first)
    right = next((index for index in range(at + 1, clause.last) if tokens[index].figure), clause.last)
    if tokens[left].stem in _BELONGS and left > clause.first:  # "35 GB of weights plus 11 GB of cache"
        left = next((n + 1 for n in range(left, at) if tokens[n].stem in _JOINED or tokens[n].sign in (",", "+")), left)
    return tokens[left:at], tokens[at + 1 : right]
