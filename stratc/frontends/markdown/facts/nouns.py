"""Figures that the noun after them names: "64 experts per layer", "16-layer", "each GPU holds 4 experts"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.arith.unit import PARAMETER, SEQUENCE, TOKEN
from stratc.frontends.markdown.devices.totals import devices, of_axis
from stratc.frontends.markdown.document.rows import ADJECTIVES, ROW_OF, fits, nouns_after, of_part, value_of
from stratc.frontends.markdown.document.saying import is_held_to, relation_before
from stratc.frontends.markdown.document.scopes import topics_of
from stratc.frontends.markdown.facts.active_parameters import is_of_token
from stratc.frontends.markdown.facts.head_widths import is_sized, is_width_of_head
from stratc.frontends.markdown.layout.counts import are_more_than_experts, in_name, is_length, is_measured, names_model
from stratc.frontends.markdown.layout.held_by import is_summed_up, of_device
from stratc.frontends.markdown.layout.holders import part_of_whole, share_of_noun, subject_of
from stratc.frontends.markdown.layout.items import is_item_of_plan
from stratc.frontends.markdown.layout.measures import is_of_chunk, share_of
from stratc.frontends.markdown.layout.stages_cut import is_cut_into_stages
from stratc.frontends.markdown.words.vocabulary import Row, words
from stratc.ir.scope import Topic
from stratc.ir.statement import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token

_DIVIDED = words("divided divide split distributed distribute partitioned partition sharded into across evenly total")
_DIVIDING = words("divide split distribute partition shard all total the with of has have and assign spread")
_DEVICE_SHARE = "expert per gpu"  # what a division of a layer's experts comes to
_SHAPE = words("head hidden ffn vocab vocabulary")
_BATCHES = words("batch concurrent process processing input")
_PARTS = words("replica rank group")  # of data parallelism, which get parts of a batch
_HAN_COUNTED = words("strategy.device_count model.layers")
_COMPONENTS = words("expert attention dense moe mlp ffn shared embedding router")
_LINKS = words("hardware.link_bandwidth hardware.network_bandwidth")  # which are counted for a device anyway
_OF_CARDS = ("芯", "算力", "显存", "带宽", "吞吐", "并行", "一组", "组成")
_DEVICE_SHARES = ("device", "tp group")
_OF_LAYERS = [["layer", each] for each in ("instance", "input", "output", "activation", "copy", "copie", "boundary")]
_STACKS = words("encoder decoder")
_DEEP = words("model network transformer decoder llm")
_STEPS = words(
    "pipeline stage lookahead ahead prefetch prefetching window buffer offload chunk group block stride deep"
)


def counted(sentence: Sentence) -> Iterator[tuple[Row, int]]:
    """A noun after a figure: "64 experts per layer", "16-layer", "8 micro-batches"."""
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        if token.figure is None or (at > 1 and tokens[at - 1].sign in ("/", "+") and tokens[at - 2].figure):
            continue  # of a part
        if at > 2 and tokens[at - 1].sign == "+" and tokens[at - 2].stem in _STACKS and tokens[at - 3].figure:
            continue  # "24 encoder + 24 decoder layers"
        if (at == 1 and tokens[0].sign == "/") or (token.figure.is_count and in_name(tokens, at)):
            continue  # a price, "$/1M output tokens", or "EAGLE-3 head"
        if [each.stem for each in tokens[at + 1 : at + 3]] in _OF_LAYERS:
            continue
        if is_length(tokens, at):
            yield ROW_OF["workload.sequence_length"], at
            continue
        given = ROW_OF.get(part_of_whole(tokens, at)) or _given(sentence, at)
        if given:
            yield given, at
            continue
        if token.figure.quantity.dimension == PARAMETER and _declares(sentence, at, token.figure):
            yield ROW_OF["model.parameters"], at
            continue
        for row, end in nouns_after(tokens, at):
            around = [*tokens[at + 1 : at + 3], *tokens[end : end + 2], *tokens[max(0, at - 2) : at]]
            if row.key == "model.parameters":
                around = [each for each in around if each.stem not in ("moe", "dense")]
            if (
                value_of(row, token.figure) is not None
                and fits(row, sentence, around)
                and _enough(sentence, row, at, end)
            ):
                if (part := of_device(tokens, at, end, share_of(tokens, at, of_part(sentence, row)))) is not None:
                    yield part, at
                break


def _given(sentence: Sentence, at: int) -> Row | None:
    """Bare nouns whose meaning the words around settle: layers, experts, heads and devices, in all or for each."""
    tokens = sentence.tokens
    figure = tokens[at].figure
    index = at + 1
    if figure is None or figure.quantity.is_range or (at and tokens[at - 1].sign == "/"):
        return None
    if index < len(tokens) and tokens[index].stem in ("dense", "moe", "sparse") and _parts_layers(sentence, index):
        return ROW_OF["model.dense_layers" if tokens[index].stem == "dense" else "model.moe_layers"]
    if figure.quantity.dimension == SEQUENCE:
        if _of_micro_batches(tokens, at):
            return ROW_OF["workload.micro_batch_size"]
        return ROW_OF["workload.batch_size"] if _is_batch(sentence, at) else None
    if not figure.is_count:
        return None
    while index < len(tokens) and (tokens[index].sign == "-" or tokens[index].stem in (*ADJECTIVES, "query")):
        index += 1
    noun = tokens[index].stem if index < len(tokens) else ""
    if noun == "head" and index + 1 < len(tokens) and tokens[index + 1].stem in ("dim", "dimension", "size"):
        return ROW_OF["model.head_dim"]
    if noun == "head" and is_sized(tokens, index) and not share_of_noun(sentence, at, index):
        return ROW_OF["model.heads"]
    if is_width_of_head(sentence, at):
        return ROW_OF["model.head_dim"]
    if noun not in ("layer", "expert", "head", "gpu", "dimension", "dim"):
        return None
    describes = index + 1 < len(tokens) and tokens[index + 1].stem in _DEEP  # "stages of the 94-layer model"
    share = "" if describes else share_of_noun(sentence, at, index)
    if noun == "layer" and share in ("stage", "device") and is_of_chunk(tokens, at):
        return None
    if noun == "expert" and are_more_than_experts(tokens, at, index):
        return None
    key = _shared_key(noun, share) if share else _whole_key(sentence, noun, at, index)
    return ROW_OF.get(key)


def _parts_layers(sentence: Sentence, kind: int) -> bool:
    """Whether "3 dense + 58 MoE" parts the layers that the label counts."""
    tokens = sentence.tokens
    after = tokens[kind + 1] if kind + 1 < len(tokens) else None
    return "layer" in sentence.key_text.split() and (after is None or after.sign in ("+", ")", ",", "/"))


def _of_micro_batches(tokens: Sequence[Token], at: int) -> bool:
    """Whether sequences make up each micro-batch: "4 micro-batches of 2 sequences", "micro-batches: 4, each with 2"."""
    stems = [token.stem for token in tokens[max(0, at - 8) : at] if token.stem]
    if stems[-2:] == ["micro", "batch"] and not tokens[at - 1].many:
        return True  # "micro-batch 4 sequences"
    makes_up = stems[-1:] in (["of"], ["hold"], ["has"], ["contain"], ["with"])
    return makes_up and ["micro", "batch"] in (stems[-3:-1], stems[-4:-2] if stems[-2:-1] == ["each"] else [])


def _is_batch(sentence: Sentence, at: int) -> bool:
    """Whether sequences are counted for the whole batch: "processes 128 sequences", not "64 sequences per GPU"."""
    tokens = sentence.tokens
    before = tokens[at - 1] if at else None
    counts_tokens = at > 1 and (whole := tokens[at - 2].figure) is not None and whole.quantity.dimension == TOKEN
    worked = before is not None and before.sign in ("=", "×", "*", "÷") and not (before.sign == "=" and counts_tokens)
    counted = at + 1 < len(tokens) and tokens[at + 1].stem in ("total", "in")
    if share_of_noun(sentence, at, at) or worked or counted:
        return False
    near = {token.stem for token in (*sentence.key, *tokens[max(0, at - 8) : at])}
    return "effective" not in near and bool(near & _BATCHES) and not (near & _PARTS and near & {"each", "per", "every"})


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
        case ("gpu", "stage"):
            return "strategy.devices_per_stage"
        case ("gpu", ("node" | "server" | "machine" | "host")):
            return "hardware.devices_per_node"
        case (("dimension" | "dim"), "head"):
            return "model.head_dim"
    return ""


def _whole_key(sentence: Sentence, noun: str, at: int, index: int) -> str:
    """The key of a noun counted for the whole model or plan."""
    tokens = sentence.tokens
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    follows = after is not None and (after.stem in _DIVIDED or (after.sign in ("÷", "/")))
    leads = before is not None and before.stem in _DIVIDING and not _ends_list(tokens, at)
    label = [token.stem for token in sentence.key]
    if "per" in label and noun in label[: label.index("per")]:
        return ""
    if before is not None and before.sign and before.sign in "×*/÷":
        if noun == "layer" and "total" in label and tokens[at - 2].stem == "expert" and before.sign in "×*":
            return "model.layers"  # "Total modules: 64 experts × 16 layers"
        return "model.head_dim" if noun in ("dimension", "dim") and _heads(tokens, at) else ""
    if after is not None and after.sign == "/" and not _number_after(tokens, index + 2):
        return ""
    match noun:
        case "layer":
            if is_of_chunk(tokens, at):
                return ""
            cut = follows or leads or is_cut_into_stages(tokens, at, index)
            return "model.layers" if cut or _are_all_layers(sentence, at, index) else ""
        case "expert":
            if [token.stem for token in tokens[index + 1 : index + 4]] == ["across", "all", "layer"]:
                return ""
            shape = begins(sentence, at) and sentence.scope.topics[:1] == (Topic.MODEL,)
            follows = follows or (_serves_experts(sentence) and before is not None and before.stem == "for")
            leads = leads and before is not None and before.stem not in ("of", "all")
            if after is not None and after.sign in ("÷", "/"):
                follows = _DEVICE_SHARE in " ".join(token.stem for token in tokens if token.stem)
            whole = follows or leads or shape or is_item_of_plan(sentence, at, index)
            return "model.experts" if whole else ""
        case "head":
            times = after is not None and after.sign == "×"
            return "model.heads" if _are_all_heads(sentence, at, told=follows or times) else ""
        case "dimension" | "dim":
            return "model.head_dim" if _heads(tokens, at) else ""
        case _:
            return devices(sentence, at, index)


def _ends_list(tokens: Sequence[Token], at: int) -> bool:
    """Whether a figure is the last of several: "9, 11 and 10 layers"."""
    listed = tokens[at - 2].figure if at > 1 and tokens[at - 1].stem == "and" else None
    return listed is not None and listed.is_count


def _are_all_layers(sentence: Sentence, at: int, index: int) -> bool:
    """Whether counted layers are those of the model, by a hyphen, brackets, a list or the section they stand in."""
    tokens, label = sentence.tokens, [token.stem for token in sentence.key]
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    hyphen = tokens[at + 1].sign == "-" and not (after and after.stem in _STEPS)
    described = before is not None and before.sign == "(" and after is not None and after.sign == ")"
    listed = before is not None and before.sign in ("(", ",") and after is not None and after.sign in (",", ")")
    of_model = listed and names_model(sentence, at)
    alone = described and sentence.key_text in ("architecture", "model", "model architecture", "model type")
    first = at == 0 or tokens[at - 1] in sentence.key or begins(sentence, at)
    shape = first and (sentence.scope.topics[:1] == (Topic.MODEL,) or "model" in label)
    listed_shape = begins(sentence, at) and not label and _lists_shape(tokens)
    return hyphen or alone or of_model or shape or listed_shape or is_item_of_plan(sentence, at, index)


def _lists_shape(tokens: Sequence[Token]) -> bool:
    """Whether a list names other sizes of a model too: "24 layers, 16 heads, FFN 8192"."""
    return not _SHAPE.isdisjoint(token.stem for token in tokens)


def _are_all_heads(sentence: Sentence, at: int, *, told: bool) -> bool:
    """Whether heads are those of the model, by the words beside them (`told`) or by the section."""
    shape = sentence.scope.topics[:1] == (Topic.MODEL,) or "attention" in sentence.key_text
    return (told or shape) and not _of_cache(sentence, at)


def _of_cache(sentence: Sentence, at: int) -> bool:
    """Whether a formula speaks of the KV cache, whose heads may be fewer: "KV per token: 2 × 80 layers × 8 heads"."""
    before = {token.stem for token in (*sentence.key, *sentence.tokens[max(0, at - 24) : at])}
    return not before.isdisjoint(("kv", "kvcache")) or before >= {"k", "v"}


def _serves_experts(sentence: Sentence) -> bool:
    """Whether the label is expert parallelism, whose degree is chosen "for 64 experts"."""
    return Topic.EXPERT in topics_of(sentence.key_text)


def _heads(tokens: Sequence[Token], at: int) -> bool:
    return any(token.stem == "head" for token in tokens[max(0, at - 4) : at])


def begins(sentence: Sentence, at: int) -> bool:
    """Whether a figure opens the value of its sentence, or follows a comma there."""
    start = len(sentence.tokens) - len(sentence.value)
    return at == start or (at > 0 and sentence.tokens[at - 1].sign in (",", "(", "+", "·"))


def _number_after(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].figure is not None


def _enough(sentence: Sentence, row: Row, at: int, end: int) -> bool:
    """Whether a noun after a figure says enough to name a fact by itself."""
    tokens = sentence.tokens
    figure = tokens[at].figure
    after = tokens[end].stem if end < len(tokens) else ""
    if figure is None or (after == "per" and row.key not in _LINKS and " per " not in f" {row.after} "):
        return False
    if row.key == "model.parameters":
        return _declares(sentence, at, figure)
    if row.key == "model.layers" and not tokens[end - 1].stem.isascii() and is_summed_up(tokens, at):
        return False
    if row.key in _HAN_COUNTED and not tokens[end - 1].stem.isascii() and is_measured(tokens, at, end):
        return False
    if row.key == "strategy.device_count":
        # "8卡16芯": cards of two chips, each of which is a device; "8 卡有效算力" is what some of them reach together
        of_group = begins(sentence, at) and of_axis(sentence, at)
        return not of_group and not any(each in tokens[end - 1].stem for each in _OF_CARDS)
    if row.key == "model.heads":
        product = at > 1 and tokens[at - 1].sign == "×" and tokens[at - 2].figure  # "4×4 heads"
        shared = share_of_noun(sentence, at, end - 1) in _DEVICE_SHARES
        return not product and not shared and not _of_cache(sentence, at)
    if row.key == "model.kv_heads":
        return share_of_noun(sentence, at, end - 1) not in _DEVICE_SHARES
    if row.key == "hardware.memory":
        noun = tokens[end - 1].stem
        hardware = Topic.HARDWARE in sentence.scope.topics[:2] or "hardware" in sentence.key_text
        bounds = (
            noun in ("capacity", "limit", "vram", "memory", "hbm", "each", "gpu") and not figure.quantity.approximate
        )
        used = after in ("used", "usage", "total") or _summed(sentence, at) or is_held_to(tokens, at)
        return bounds and not used and (hardware or noun in ("vram", "capacity", "limit"))
    if row.key == "model.hidden_size" and end - at == 2 and tokens[at + 1].stem == "hidden":
        return figure.value >= 256 and (end == len(tokens) or bool(tokens[end].sign))
    if row.key == "model.hidden_size":
        return after != "layer" and not (end < len(tokens) and tokens[end].sign in ("÷", "/", "×", "*"))
    if row.key == "workload.micro_batches":
        return not (tokens[at - 1].stem in ("every",) if at else False)
    if row.key == "hardware.mfu":
        return relation_before(tokens, at) is Relation.IS
    return True


def _summed(sentence: Sentence, at: int) -> bool:
    """Whether a figure is what something needs, not what there is: at the head of a memory item."""
    hardware = Topic.HARDWARE in sentence.scope.topics or "hardware" in sentence.key_text
    return begins(sentence, at) and bool(sentence.key) and not hardware


def _is_of_component(tokens: Sequence[Token], at: int) -> bool:
    """Whether parameters are those of a part: "2 experts × 16.8M params", "403M parameters in attention"."""
    if at > 1 and tokens[at - 1].sign in ("×", "*") and any(token.figure for token in tokens[max(0, at - 3) : at - 1]):
        return True
    after = [token.stem for token in tokens[at + 1 : at + 5]]
    place = next((n for n, stem in enumerate(after) if stem in ("in", "for", "of")), len(after))
    return not _COMPONENTS.isdisjoint(after[place + 1 :])


def _declares(sentence: Sentence, at: int, figure: Figure) -> bool:
    """30B parameters, a 7B MoE model: not what a device holds, and not the result of an equation."""
    tokens = sentence.tokens
    large = figure.quantity.unit.scale >= 1e6 and not subject_of(tokens, at)
    if not large or figure.quantity.approximate or figure.quantity.is_range or (at and tokens[at - 1].sign == "="):
        return False
    words = {token.stem for token in (*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 6])}
    key = {token.stem for token in sentence.key}
    part = (bool(key & _COMPONENTS) and "model" not in key) or _is_of_component(tokens, at) or is_of_token(tokens, at)
    return not (part or words & {"per", "active", "activated", "each"} or key & {"per", "active"})
