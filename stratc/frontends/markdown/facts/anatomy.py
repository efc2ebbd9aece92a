"""The sizes of a model in a list of running text: "88 layers, 8 KV heads of 128, a vocabulary of 32,000"."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import PARAMETER, TOKEN
from stratc.frontends.markdown.document.blocks import Kind
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.vocabulary import words
from stratc.frontends.precision import PRECISIONS
from stratc.ir.scope import Role, Topic
from stratc.ir.values import Extent

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from stratc.frontends.markdown.document.figures import Figure
    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.frontends.markdown.document.tokens import Token
    from stratc.ir.statement import Statement
    from stratc.ir.values import Value

_FEWEST = 3  # sizes that make a list that of a model; under a heading about the model two do
_PHRASES = {
    # how an item of such a list may be written, "n" being its figure
    "model.layers": "n layer|n transformer layer|n decoder layer|n block|n transformer block|n decoder block|layer n|"
    "n l|depth n|n deep|n identical layer|n identical decoder layer|n 层|共 n 层",
    "model.hidden_size": "hidden n|hidden size n|hidden dim n|hidden dimension n|hidden width n|d_model n|d model n|"
    "dmodel n|model dim n|model dimension n|width n|n hidden|embedding dim n|d n|h n|n wide|residual width n|"
    "model width n|n hidden unit|residual stream n|隐藏维度 n|隐藏维 n|隐藏层 n",
    "model.heads": "n head|n query head|n attention head|n q head|head n|n 头|n 个头|n 个注意力头",
    "model.kv_heads": "n kv head|n kv|n key value head|n kv group|n gqa group|gqa n|gqa n 组|kv head n|"
    "n them kv|n which kv|n them for kv|n shared kv head|"
    "n 个kv头|n kv 头",
    "model.head_dim": "head dim n|head dimension n|head size n|head_dim n|n per head|n dim per head|n dim|n dim each|"
    "heads of n|heads of size n|heads of dim n|heads of dimension n|heads of width n|heads of n dim|head width n|dh n|"
    "d_head n|n wide head|n dimensional head|n dim head",
    "model.ffn_hidden_size": "ffn n|mlp n|ffn size n|ffn width n|ffn dim n|mlp size n|mlp width n|feed forward n|"
    "feed forward size n|intermediate n|intermediate size n|intermediate dim n|d_ff n|dff n|ffn hidden n|"
    "ffn hidden size n|n ffn|ffn dimension n|mlp dimension n|intermediate dimension n|intermediate width n|inner n|"
    "inner dim n|inner dimension n|inner width n|inner size n|ffn inner n|ffn inner dim n|ffn inner dimension n|"
    "ffn inner width n|ffn inner size n|n inner unit|n intermediate unit|n ffn unit|n wide ffn|n wide mlp|swiglu n|"
    "swiglu width n|swiglu n unit|前馈 n",
    "model.vocab_size": "vocab n|vocabulary n|vocab size n|vocabulary size n|n vocab|n vocabulary|n token vocabulary|"
    "n entry vocabulary|n entry vocab|n entry|n piece|n vocabulary entry|n in the vocabulary|n token in the vocabulary|"
    "n entry in the vocabulary|n row vocabulary|n piece vocabulary|vocabulary n token|vocabulary n entry|"
    "词表 n|词表大小 n",
    "workload.sequence_length": "seq n|sequence n|seq len n|seqlen n|seq_len n|sequence length n|sequence n token",
    "model.experts": "n expert|n routed expert|n expert per layer|n expert in each layer|n expert in every layer|"
    "n expert a layer|n routed expert per layer|n routed expert in each layer|n routed expert in every layer|"
    "n routed expert in every moe layer|n expert in every moe layer|n expert in each moe layer|"
    "n 个专家|n 个路由专家|n 路由专家|n 路由",
    "model.top_k": "top n|top n routing|top n gating|n per token|n expert per token|n active per token|n active expert|"
    "n active expert per token|n routed per token|n chosen per token|n selected per token|n picked per token|"
    "n used per token|n active|n are active|n chosen|n picked|n selected",
    "model.expert_hidden_size": "expert hidden size n|expert hidden n|expert hidden dim n|expert ffn n|"
    "expert inner n|expert inner width n|expert inner dim n|expert inner dimension n|expert swiglu n|expert mlp n|"
    "expert ffn size n|expert ffn width n|expert intermediate n|expert intermediate size n|expert width n|expert dim n|"
    "专家中间维 n|专家中间维度 n|专家隐藏维 n|专家隐藏维度 n|专家中间层 n|专家维度 n",
    "model.dense_layers": "前 n 层 dense|前 n 层稠密|first n dense|first n layer dense|first n are dense|n dense|"
    "n dense layer|first n layer are dense",
    "model.moe_layers": "n moe|n 层 moe|其余 n 层 moe|n moe layer|n are moe",
}
_ALL_MOE = frozenset(("all moe", "全部 moe", "all of them moe"))
_KEY_OF = {phrase: key for key, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_TOTALS = (
    "n parameter|n param|n total parameter|n total param|n total|n in all|n in total|model n|total n|合计 n|n 总参数"
)
_WHOLE = frozenset(_TOTALS.split("|"))
_IN_ALL = frozenset(("n in all", "n in total", "n total", "total n"))  # of what the sentence is about
_COMPONENTS = words("attention embedding expert ffn mlp router head norm")
_PRECISION = words("weight compute checkpoint precision training parameter 权重")
_CUTS = frozenset(",;:()、./+·|")
_TIES = frozenset("-=")
_JOINTS = words("and with plus which")
_LINKS = words("a an the of gated dense swiglu exactly size")  # passed at the head of an item, or inside
_VERBS = words("has have is are use model decoder transformer 共有 采用")
_OTHERS = words(
    "draft teacher student vision encoder vit reward critic vs versus unlike instead would if smaller larger bigger "
    "baseline previous per_stage tokenizer adapter lora"
)
_PARTS = words("stage rank replica gpu shard pipeline")
_CACHE = words("kv cache kvcache activation gradient optimizer")  # whose heads and formats may be others
_NARROW = words("model.hidden_size model.ffn_hidden_size model.vocab_size model.expert_hidden_size")
_NARROWEST = 256
_HAVING = words("head layer block")  # "8 heads of 128", "26 layers of width 2304"
_OWN_WIDTH = {  # of a block that the item before names: "all experts SwiGLU with width 1536"
    **dict.fromkeys(("expert", "moe"), "model.expert_hidden_size"),
    **dict.fromkeys(("ffn", "mlp", "swiglu", "feed"), "model.ffn_hidden_size"),
}


class _Size(NamedTuple):
    key: str
    value: Value
    first: Token


def anatomies(said: Sequence[Sentence]) -> Iterator[Statement]:
    """Statements of the sizes in lists that give several of them."""
    for _, group in groupby(said, _list):
        members = [each for each in group if _may_list(each)]
        found = [(each, size) for each in members for size in _sizes(each)]
        found.extend(_all_sparse(members, {size.value for _, size in found if size.key == "model.layers"}))
        kinds = {size.key for _, size in found} - {"model.precision", "workload.sequence_length"}
        if len(kinds) >= (2 if members and _is_about_model(members[0]) else _FEWEST):
            for sentence, size in found:
                place = (size.first.start - sentence.start, size.first.end - sentence.start)
                yield said_at(sentence, size.key, size.value, place)


def _list(sentence: Sentence) -> Hashable:
    """What holds a list together: the block, or all of a section about the model."""
    return sentence.scope.path if _is_about_model(sentence) else sentence.block.start


def _is_about_model(sentence: Sentence) -> bool:
    return sentence.scope.topics[:1] == (Topic.MODEL,)


def _may_list(sentence: Sentence) -> bool:
    """Whether a sentence may describe the model of the plan, not another one beside it."""
    stems = {token.stem for token in (*sentence.tokens, *sentence.key)}
    heading = {word.lower() for each in sentence.sections[-1:] for word in each.split()}
    own = sentence.scope.role is Role.PLAN and sentence.block.kind not in (Kind.CODE, Kind.HEADING)
    return own and not _OTHERS & (stems | heading)


def _sizes(sentence: Sentence) -> Iterator[_Size]:
    """The items of a sentence that are sizes of a model."""
    before, block = "", ""
    queries: tuple[int, Token] | None = None
    for item, cut in _items(sentence.tokens):
        size = None if before == "each" else _size(sentence, item, before, cut)
        if size and queries is not None and size.key == "model.heads":
            yield from (_Size("model.heads", *queries), size._replace(key="model.kv_heads"))  # "40/8 heads"
        elif size:
            yield _of_block(sentence, size, block)
        queries = _bare(item) if cut == "/" else None
        block = next((key for stem, key in _OWN_WIDTH.items() if any(token.stem == stem for token in item)), "")
        before = "each" if item and item[-1].stem == "each" and cut == "with" else ""
        before = before or ("heads of" if size and size.key.endswith("heads") and cut == "of" else "")


def _of_block(sentence: Sentence, size: _Size, block: str) -> _Size:
    """A width as that of the block which it is given to, in the item before or in the label."""
    if size.key == "model.hidden_size" and block:
        return size._replace(key=block)
    experts = any(token.stem in ("expert", "moe") for token in sentence.key)
    return size._replace(key="model.expert_hidden_size") if experts and size.key == "model.ffn_hidden_size" else size


def _bare(item: Sequence[Token]) -> tuple[int, Token] | None:
    """The number that an item ends in, a count and nothing else."""
    figure = item[-1].figure if item else None
    return (int(figure.value), item[-1]) if len(item) == 1 and figure is not None and figure.is_count else None


def _all_sparse(members: Sequence[Sentence], layers: set[Value]) -> Iterator[tuple[Sentence, _Size]]:
    """The layers once more where a list says that each of them has experts: "32 layers, all MoE"."""
    for sentence in members if len(layers) == 1 else ():
        for item, _ in _items(sentence.tokens):
            if " ".join(token.stem for token in item) in _ALL_MOE:
                yield sentence, _Size("model.moe_layers", next(iter(layers)), item[-1])


def _items(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], str]]:
    """The parts of a list and what ends each of them."""
    item: list[Token] = []
    for at, token in enumerate(tokens):
        heads = token.stem == "of" and bool(item) and item[-1].stem in _HAVING and at + 1 < len(tokens)
        top = token.stem == "top" and bool(item) and item[-1].stem == "expert"
        if token.sign in _CUTS or token.stem in _JOINTS or heads or top:
            yield item, _divided(tokens, at) or token.sign or token.stem
            item = [token] if top else []
        else:
            item.append(token)
    yield item, ""


def _divided(tokens: Sequence[Token], at: int) -> str:
    """ "per" for a slash before a word: "8 layers/stage"."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return "per" if tokens[at].sign == "/" and after is not None and after.figure is None else ""


def _size(sentence: Sentence, item: list[Token], before: str, cut: str) -> _Size | None:
    """What an item gives, if it is nothing but a size."""
    figures = [token for token in item if token.figure]
    if not figures:
        return None if _CACHE & {token.stem for token in sentence.key} else _precision(item)
    figure = figures[0].figure
    if len(figures) > 1 or cut == "per" or figure is None or figure.quantity.is_range or figure.quantity.approximate:
        return None
    if any(token.sign and token.sign not in _TIES for token in item):
        return None
    phrase = _phrase(item, before)
    if figure.quantity.dimension == PARAMETER or figure.quantity.unit.symbol == "B":
        whole = phrase in _WHOLE or (phrase == "n" and figure.quantity.dimension == PARAMETER)
        whole = whole and not (phrase in _IN_ALL and sentence.tokens[0].stem in _COMPONENTS)
        return _Size("model.parameters", figure.value, figures[0]) if whole else None
    key = _KEY_OF.get(phrase, "")
    value = _value(key, figure)
    stems = {token.stem for token in (*sentence.key, *sentence.tokens)}
    of_part = key == "model.layers" and (cut == ":" or _PARTS & stems)  # "32 layers: 32,768 bytes" tells their cache
    of_cache = key == "model.heads" and bool(_CACHE & {token.stem for token in sentence.key})
    return _Size(key, value, figures[0]) if key and value is not None and not (of_part or of_cache) else None


def _phrase(item: Sequence[Token], before: str) -> str:
    """The words of an item with "n" for its figure, from the last verb on."""
    stems = ["n" if token.figure else token.stem for token in item if not token.sign]
    start = max((at + 1 for at, stem in enumerate(stems[: stems.index("n")]) if stem in _VERBS), default=0)
    start = 0 if stems[:2] == ["model", "n"] else start
    count = stems.index("n")
    kept = [
        stem
        for at, stem in enumerate(stems[start:], start)
        if stem not in _LINKS or (at > count and stem != "of") or (stem == "size" and at > start)
    ]
    return " ".join((before, *kept) if before else kept)


def _value(key: str, figure: Figure) -> Value | None:
    """The figure as a value of the fact; None where it is too small for one or has another unit."""
    whole = figure.value == int(figure.value) and not figure.times
    if key == "workload.sequence_length":
        tokens = figure.is_count or figure.quantity.dimension == TOKEN or figure.quantity.unit.symbol.lower() == "k"
        return Extent(figure.value, figure.value) if tokens and whole else None
    if not whole or not (figure.is_count or (key == "model.vocab_size" and figure.value >= _NARROWEST)):
        return None
    return int(figure.value) if key not in _NARROW or figure.value >= _NARROWEST else None


def _precision(item: Sequence[Token]) -> _Size | None:
    """A number format that stands alone: "…, BF16, …", "BF16 weights"."""
    stems = [token.stem for token in item if token.stem not in ("in", "the")]
    known = stems and stems[0] in PRECISIONS and (len(stems) == 1 or (len(stems) == 2 and stems[1] in _PRECISION))
    return _Size("model.precision", PRECISIONS[stems[0]], item[-len(stems)]) if known else None
