"""Counts of devices, machines and chosen experts that a pattern of words gives: "4 nodes of 8 × A100", "top-2"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from stratc.arith.quantity import Quantity
from stratc.arith.term import Apply, Literal
from stratc.frontends.markdown.document.kinds import KIND_MARK, MARK, marked
from stratc.frontends.markdown.document.likely import Likely
from stratc.frontends.markdown.document.number_words import NUMBER_WORD, number
from stratc.frontends.markdown.document.saying import said_at
from stratc.frontends.markdown.words.counted_nouns import FULLEST, OF_A_BOARD
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_NAMES
from stratc.text.pattern import Pattern
from stratc.text.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratc.frontends.markdown.document.sentences import Sentence
    from stratc.ir.statement import Statement

_K = KIND_MARK
_OF_DEVICES = (
    rf"(?i)(?<!below )(?<!than )(?<!under )\b(?P<n>one|two|four)\s+experts?\s+(?:weights?\s+)?per\s+{DEVICE}"
    rf"|\beach\s+{DEVICE}\s+(?:\w+\s+){{1,2}}(?:(?:at most|exactly|only)\s+)?(?P<m>one|two|four)\s+experts?\b"
)
_NODE = rf"(?i)_(?P<n>\d+)_?{DEVICE}s?_nodes?\b"  # the name of a kind of machine: "A100_4GPU_Node"
_TOP = r"(?i)\btop-?(?P<n>\d+)\b(?=[ -](?:rout|gat|expert|select|activ)|\)|,|;|$|\.(?!\d))"
_ZERO = r"ZeRO[- ]?(?:[Ss]tage[- ]?)?(?P<n>[0-3])\b"
_THOUSANDS = r"\d{1,3}(?:,\d{3})+|\d+"
_ENTRIES = rf"(?<!each )(?<![\d.,])(?P<n>{_THOUSANDS}) ?[x×X] ?(?={_K})"
_SIZED = rf"(?<!each )(?<![\d.,])(?P<n>{_THOUSANDS}) ?[x×X] ?(?P<gb>\d{{2,3}}) ?GB ?(?={_K})"
_SEVERAL = rf"\d{{1,3}}(?!\d)|(?:{NUMBER_WORD})(?![\w-])"
_NODES = rf"\d{{1,5}}|one|{NUMBER_WORD}"
_ALONE = Pattern(r"(?i)\b(?:single|one|1)[- ](?:node|server|machine|host)\b")
_TOTAL = Pattern(  # what they are in all, after the devices of each
    rf"(?i)(?: ?{_K})?(?: ?{DEVICE}s?)?(?: each)?\)?[^.;:\d(]{{0,16}}?(?:\b(?:total(?:s|ling)?(?: of)?|in all|in total"
    r"|altogether|i\.e\.|hence|thus|so|therefore|gives?(?: us)?|makes?|making|giving|yields?)|=|\()"
    rf"[:, ]*(?P<n>\d[\d,]*)(?: ?{_K})? ?{DEVICE}s?\b"
    r"(?!,? (?:are |in )?(?:used?|active|for|needed|per|free|busy|left|spare)\b)",
    "total|in all|altogether|i.e.|=|(|hence|thus|so|therefore|give|giving|mak|yield",
)
_TOTAL_AFTER = Pattern(  # "6 nodes with 8 GPUs each, 48 GPUs altogether"
    rf"(?i)(?: ?{_K})?(?: ?{DEVICE}s?)?(?: each)?\)?[^.;:\d(]{{0,16}}? (?P<n>\d[\d,]*)(?: ?{_K})? ?"
    rf"(?:{DEVICE}s|ranks)?,? "
    r"(?:altogether|in all|in total|all told|overall|together)\b",
    "altogether|in all|in total|all told|overall|together",
)
_EACH = Pattern(
    rf"{_K}s?(?: ?\([^()]*\))?(?: GPUs?)?,? "
    r"(?:each|(?:per|a|in each|in a|in every|in one|on each) (?:node|server|box|host|machine))\b"
)
_MACHINES = (  # "4 nodes × 8 H100", "two servers with 4 × A100", "2 nodes a-0, a-1, each 8 × H200"
    rf"(?i)(?<!Atlas )(?<!\d[.,])\b(?P<nodes>{_NODES}) ?(?:[x×] ?)?(?:(?:HGX|DGX) {_K}(?: (?:nodes?|servers?|boxes))?|"
    rf"(?:{_K} |gpu |compute |identical |[a-z]{{3,6}}-cooled )?(?:nodes?|servers?|hosts?|machines?|boxes)\b)"
    rf"(?:[^.;:\n\d\ue000]|(?-i:\b[a-z]+\d*)-[\w-]+){{0,40}}?(?<![\w.,×-])(?P<each>{_SEVERAL})(?:(?<=\d)|\b)"
    rf"(?: ?[x×]? ?(?={_K}|(?!per\b|[kmgt]i?b\b)[a-z]{{0,8}} ?{DEVICE}s?\b)"
    rf"| ?[x×] ?(?=\d{{2,3}} ?GB\b(?!/))| (?=\d{{2,3}} ?GB (?:{DEVICE}|{_K})s?\b))"
)
_MACHINES_SIZED = (  # "two 8-GPU nodes", "4 × 8-NPU servers"
    rf"(?i)\b(?P<nodes>\d{{1,5}}|two|three|four|eight|sixteen) ?[x×]? (?P<each>\d{{1,2}})-{DEVICE}s? "
    r"(?:nodes|servers|hosts|machines)\b"
)
_NESTED = rf"(?<![\w.,×-])(?P<nodes>\d{{1,5}}) ?[x×*] ?\((?P<each>\d{{1,2}}) ?[x×*] ?(?={_K})"  # "2 × (8 × H100 80 GB)"
_MACHINES_HAN = (  # "2 台服务器，每台 8 张", "6 台 Atlas 800T A2，每台 8 张", "2 台服务器 × 8 张"
    rf"(?P<nodes>\d{{1,5}}) ?(?:台|个?(?:节点|机器|服务器))"
    rf"(?:[^。；;\n\d]|\b(?:{_K}|[A-Z]?\d+[A-Z]+\d?|[A-Z]+\d+)\b){{0,24}}?"
    r"(?:每(?:台|个?节点|机)[^。；;，,\n\d]{0,8}?|(?<=[台点器]) ?[×x*] ?)(?P<each>\d{1,2}) ?[张块卡]"
)
_N = r"(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6}|[Tt]wo|[Ff]our|[Ee]ight|[Ss]ixteen|[Tt]hirty-two|[Ss]ixty-four)"
_TIMES = Pattern(  # nodes before the devices of each: "4 × 8 H20 (96 GB)"
    r"(?<![\d.])\d{1,5}(?: (?:nodes|servers|machines|hosts|boxes))? [×x] $"
)
_KIND_TIMES = rf"{_K}(?: GPUs?)? ?[×x*] ?{_N}(?=$|[,;()，；。（）]|\.(?!\d))"  # "H800 × 64"
_OF_KIND = (
    rf"(?<![\w.,×-]){_N} (?={_K}(?:s\b| (?i:{DEVICE})s\b| \((?:TP|\d+ ?GB)"
    r"| (?:at|with|mit) \d{2}(?:\.\d+)? ?% (?:MFU|of (?:the |their )?(?:dense )?(?:BF16 )?peak)\b))"
)
_RUN_ON = (  # "trained on 64 H100-80GB, 8 per node"
    rf"(?i)\b(?:train|run|serve|host|deploy)\w*\b[^.;:\n]{{0,60}}? (?:on|across|using|over) (?P<n>\d{{1,6}}) "
    rf"(?={_K}(?:-\d+GB)?(?:[,.;)]|$))"
)
_SIZE = r"\d{1,4}(?:\.\d+)? ?(?:GB(?:/s)?|TB/s|T(?:FLOP|Flop|flop)[Ss]?(?:/s)?)"
_SIZES = rf"{_SIZE}(?: (?:of )?[A-Za-z]\w*)?(?:(?:, and|,| and| /| at) {_SIZE}(?: (?:of )?[A-Za-z]\w*)?){{0,3}}"
_OF_FITTED = (  # of each row one stands wherever the pattern below does
    ("gb", "tb", "tflop"),
    ("each", "per "),
    (*(f"{name}s" for name in DEVICE_NAMES), "tpus"),
)
_FITTED = (  # "16 GPUs with 64 GB each", "32 NPUs (64 GB of HBM, 400 TFLOPS per card)", "8 GPUs, each with 80 GB"
    rf"(?i)(?<![\w.,×-])(?P<n>\d{{1,6}}) (?:{DEVICE}|TPU)s"
    rf"(?:(?:,| with| of| \() ?(?P<sizes>{_SIZES}),? (?:each|per {DEVICE})\b"
    rf"|,? (?:\()?each (?:with|has|having|offers) (?P<each>{_SIZES}))"
)
_SHARED_OUT = Pattern(  # what stands before is shared by the devices: "16 GB split over 2 GPUs, 8 GB each"
    r"(?i)\d ?[KMGT]i?B\b[^;:.]*\b(?:split|shared|spread|divided|distributed|partitioned|sharded)\b[^;:.\d]* $",
    "split|share|spread|divided|distributed|partition|sharded",
)
_FITTINGS = (
    (Pattern(r"(?i)(?P<n>\d{1,3}(?:\.\d+)?) ?GB(?!/)"), "hardware.memory", 1e9),
    (Pattern(r"(?i)(?P<n>\d{1,4}(?:\.\d+)?) ?TFLOPS?(?:/s)?"), "hardware.peak_flops", 1e12),
    (Pattern(r"(?i)(?P<n>\d(?:\.\d+)?) ?TB/s"), "hardware.memory_bandwidth", 1e12),
)
_BY_KIND = Pattern(rf"(?P<n>\d{{1,6}}) (?={_K}(?![A-Za-z0-9]|s\b| (?i:{DEVICE})s))", MARK)
_WITH_KIND = rf"(?<![\w.,×-])\d{{1,6}} ?[x×张块] ?(?={_K})"
_UP_TO_KIND = Pattern(rf" ?[x×张块]? ?(?:{_K}|)(?: ?(?:(?i:{DEVICE})s?|nodes?|servers?)\b)?")
_IN_A_PART = Pattern(
    r"(?i)\b(?:each|every|per|stages?|replicas?|groups?|instances?|ranks?|los[est]\w*|fails?|spans?)\b"
)
_ALL_DEVICES = frozenset(("gpu", "total gpu", "gpu total", "hardware", "cluster", "machine", "device", "accelerator"))
_OF_A_PART = Pattern(
    r"(?i)\b(?:each|every|per|stages?|replicas?|groups?|nodes?|servers?|instances?|ranks?|machines?)\b"
)
_OF_A_REPLICA = Pattern(
    r"(?i)\b(?:one|an?|each|every|per) (?:\w+ )?(?:replica|instance|copy|engine)\b[^.;:,()]*$",
    "replica|instance|copy|engine",
)
_OF_A_MACHINE = Pattern(
    r"(?i)(?:per|each|every)[- ](?:node|server|host|machine|box)(?:[:,]| (?:has|with|holds|contains))? *$"
    r"|\b(?:an?|one|the|our)[- ](?:node|server|host|machine|box|instance)(?: \([^()]*\))?"
    r" (?:has|holds|contains|carries|comprises) *$"
    r"|(?:每(?:台|个?节点|机)|单机)[^\d。；;，,]{0,8}$"
)
_MACHINE_KEY = Pattern(
    r"\b(?:per|each) (?:node|server|host|machine|box)\b|^(?:node|server|machine|host|box)$|每(?:台|个?节点|机)|单机"
)
_CHIPS = r"\d{1,5} ?[张块]?卡 ?(?P<n>\d{1,6}) ?(?:个?芯|die|Die)"  # "8卡16芯": each chip is a rank
_CARDS = rf"(?P<n>\d+) ?[张块] ?(?={_K})"
_ACTIVE = (
    r"(?i)\b(?P<n>one|two|four|\d{1,2}) (?:of (?:them|which|the experts) )?(?:are )?"
    r"(?:active|activated|selected|chosen) (?:per|for each|for every) token\b"
)
_COUNTS = Likely(  # words of which one stands wherever the pattern does, which is only then compiled
    (
        ((_ACTIVE, "model.top_k"), (("token",),)),
        ((_CARDS, "hardware.device_count"), (("张", "块"),)),
        ((_CHIPS, "strategy.device_count"), (("卡",),)),
        ((_OF_KIND, "hardware.device_count"), ((MARK,),)),
        ((_KIND_TIMES, "hardware.device_count"), ((MARK,),)),
        ((_RUN_ON, "hardware.device_count"), ((MARK,),)),
        ((_NODE, "hardware.devices_per_node"), (("_node",),)),
        ((_TOP, "model.top_k"), (("top",),)),
        ((_ZERO, "strategy.zero_stage"), (("zero",),)),
        ((_ENTRIES, "hardware.device_count"), ((MARK,),)),
        ((_OF_DEVICES, "strategy.experts_per_device"), (("expert",), ("one", "two", "four"))),
    )
)
_DIES = rf" ?[x×]? ?{_K}[^,;.=\d]{{0,12}} ?= ?(?P<n>\d{{1,3}}) (?:GCDs|dies|chips|ranks)\b"  # "4 × MI250X = 8 GCDs"
_OF_MACHINES = Likely(
    (
        (_MACHINES_SIZED, (tuple(f"-{name}" for name in DEVICE_NAMES),)),
        (
            _MACHINES,
            (
                ("node", "server", "host", "machine", "box", "hgx", "dgx"),
                (MARK, "gb", *DEVICE_NAMES),
            ),
        ),
        (_NESTED, ((MARK,), ("× (", "×(", "x (", "x(", "* (", "*("))),
        (_MACHINES_HAN, (("张", "块", "卡"),)),
    )
)


_THEREFORE = Pattern(
    r"(?i)\b(?:thus|hence|therefore|so|giv(?:es?|ing)(?: us)?|mak(?:es?|ing)|i\.e\.,?) $",
    "thus|hence|therefore|so|giv|mak|i.e.",
)
_AT_A_RATE = Pattern(r"(?i)[^.;:,\d]{0,12}\bat \d[\d.,]* ?[TP]FLOPS", "tflops|pflops")  # of which a part may compute
_OWNED = Pattern(
    r"(?i)\b(?:we|it|they|run|job|team)(?: will| can)? (?:have|has|own|hold|get|got|rent|run on|train on|uses?) $",
    "have|has|own|hold|get|got|rent|run on|train on|use",
)
_LARGEST = 72  # devices of a rack whose links make one machine of it
_IN_ALL = Pattern(r"(?i)[^.;:,()]{0,24}\b(?:in total|in all|altogether|total)\b", "in total|in all|altogether|total")
_EACH_OF = Pattern(r"(?i)(?!(?: ?[a-z]+){0,3} \d{2,3} ?GB (?:each|per)\b)[^.;:,]{0,24}\b(?:each|per)\b", "each|per")
_OF_ALL, _OF_EACH = "device_count", "devices_per_node"
_BOARDS = Pattern(r"(?:HGX|DGX)\b", "HGX|DGX")


def counts(sentence: Sentence) -> Iterator[Statement]:
    """Statements of the devices, machines and experts that a sentence counts by a known pattern of words."""
    text = marked(sentence.text)
    low, kinds = text.lower(), MARK in text
    machines = next((found for pattern in _OF_MACHINES.of(low) if (found := re.search(pattern, text))), None)
    if machines:
        yield from _of_machines(sentence, text, machines)
    elif kinds and (devices := re.search(_WITH_KIND, text)):
        yield from _described(sentence, text, devices.end())
    for match in re.finditer(_SIZED, text) if kinds else ():
        of_each = _TIMES.search(text, 0, match.start()) is not None  # "1,024 nodes × 8 H800 (80 GB)"
        yield said_at(sentence, f"hardware.{_OF_EACH if of_each else _OF_ALL}", number(match["n"]), match.span("n"))
        yield said_at(sentence, "hardware.memory", float(match["gb"]) * 1e9, (match.start("gb"), match.end()))
        if _ALONE.search(text) and not of_each:
            yield said_at(sentence, "hardware.devices_per_node", number(match["n"]), match.span("n"))
    yield from _fitted(sentence, text, low)
    if of_kind := _whole_of_kind(sentence, text):
        yield of_kind
    for pattern, key in _COUNTS.of(low):
        for match in re.finditer(pattern, text):
            if machines and machines.start() <= match.start() < machines.end():
                continue
            group = "n" if match["n"] else "m"
            value = number(match[group])
            each = pattern == _OF_KIND and value <= FULLEST and _TIMES.search(text, 0, match.start()) is not None
            rated = key == "hardware.device_count" and _AT_A_RATE.match(text, match.end())
            if rated and not _OWNED.search(text, 0, match.start()):
                continue
            if key == "hardware.device_count" and _OF_A_REPLICA.search(text, 0, match.start()):
                continue
            of_machine = key == "hardware.device_count" and (each or _is_of_machine(sentence, match))
            yield said_at(sentence, "hardware.devices_per_node" if of_machine else key, value, match.span(group))


def _of_machines(sentence: Sentence, text: str, machines: re.Match[str]) -> Iterator[Statement]:
    """Devices of each machine, of all of them, and what each device has."""
    nodes, dies = number(machines["nodes"]), re.compile(_DIES).match(text, machines.end("each"))
    each = int(dies["n"]) if dies else number(machines["each"])
    if _counts_all(text, machines, nodes, each):
        yield said_at(sentence, "hardware.device_count", each, machines.span("each"))
        yield said_at(sentence, "hardware.devices_per_node", each // nodes, machines.span("nodes"))
        yield from _described(sentence, text, machines.end("each"))
        return
    therefore = _THEREFORE.search(text, machines.end("nodes"), machines.start("each")) is not None
    if (each > _LARGEST or therefore) and not _EACH_OF.match(text, machines.end("each")):
        yield said_at(sentence, "hardware.device_count", each, machines.span("each"))
        return
    yield said_at(sentence, "hardware.devices_per_node", each, dies.span("n") if dies else machines.span("each"))
    if _are_all(text, machines):
        yield said_at(sentence, "hardware.device_count", nodes * each, (machines.start("nodes"), machines.end("each")))
    yield from _described(sentence, text, machines.end("each"))
    end = machines.end("each")
    whole = (_TOTAL.match(text, end) or _TOTAL_AFTER.match(text, end)) if not dies else None
    if whole and _are_all(text, machines):
        counted = said_at(sentence, "implied", number(whole["n"]), whole.span("n"))
        start, source = sentence.start, sentence.source
        places = [Span(source, start + machines.start(name), start + machines.end(name)) for name in ("nodes", "each")]
        factors = [Literal(count, None, place) for count, place in zip((nodes, each), places, strict=True)]
        yield replace(counted, quantity=Quantity.of(number(whole["n"])), working=Apply("×", *factors))


def _counts_all(text: str, machines: re.Match[str], nodes: int, devices: int) -> bool:
    """Whether the devices are those of all machines: "8 nodes, 64 GPUs", "4 nodes (32 GPUs)", "2 nodes = 16 GPUs"."""
    between = text[machines.end("nodes") : machines.start("each")].rstrip()
    equal = between.endswith(("=", "→"))
    listed = (equal or "," in between or between.endswith(("(", " and"))) and not _OF_A_PART.search(
        between.partition(",")[2]
    )
    many = equal or devices >= FULLEST or _IN_ALL.match(text, machines.end("each")) is not None
    boards = devices > nodes and _BOARDS.search(machines[0]) is not None and devices // nodes == OF_A_BOARD
    most = (many or boards) and nodes > 1 and devices % nodes == 0 and devices // nodes <= FULLEST
    return listed and most and not _EACH_OF.match(text, machines.end("each"))


def _are_all(text: str, machines: re.Match[str]) -> bool:
    """Whether machines are those of the plan, not of a replica or a stage, nor one of several that fails."""
    before = text[: machines.start()]
    if before.rstrip().endswith(("×", "*", " x")):
        return False  # "3 regions × 2 nodes × 8 GPUs"
    clause = before[max(before.rfind(sign) for sign in ",;:.()（，；：") + 1 :]
    return not _IN_A_PART.search(clause) and (machines["nodes"].lower() != "one" or not clause.strip(" -*|"))


def _described(sentence: Sentence, text: str, at: int) -> Iterator[Statement]:
    """Sizes that a list beside the devices counted before an offset gives of each."""
    from stratc.frontends.markdown.layout.described import described

    kind = _UP_TO_KIND.match(text, at)
    for key, value, place in described(sentence.text, kind.end() if kind else at):
        yield said_at(sentence, key, value, place)


def _fitted(sentence: Sentence, text: str, low: str) -> Iterator[Statement]:
    """Devices with what each of them has."""
    if not all(any(word in low for word in words) for words in _OF_FITTED):
        return
    part = _OF_A_PART.search(" ".join(sentence.scope.path[-1:]))
    for match in re.finditer(_FITTED, text):
        if _SHARED_OUT.search(text, 0, match.start()):
            continue
        listed = match.span("sizes" if match["sizes"] else "each")
        for pattern, key, scale in _FITTINGS:
            if size := pattern.search(text, *listed):
                yield said_at(sentence, key, float(size["n"]) * scale, size.span())
        if not part and not _OF_A_PART.search(text[: match.start()]):
            yield said_at(sentence, "hardware.device_count", int(match["n"]), match.span("n"))


def _whole_of_kind(sentence: Sentence, text: str) -> Statement | None:
    """All devices, where a label says so and the value begins with their number and kind: "GPUs: 256 H100"."""
    if sentence.key_text not in _ALL_DEVICES or not sentence.value:
        return None
    begin = sentence.value[0].start - sentence.start
    match = _BY_KIND.match(text, begin)
    if match is None or _EACH.match(text, match.end()):
        return None
    return said_at(sentence, "hardware.device_count", int(match["n"]), match.span("n"))


def _is_of_machine(sentence: Sentence, devices: re.Match[str]) -> bool:
    """Whether devices are counted for a machine: "8 × H100 per node", "GPUs per node: 8 × H200", "每台 8 张 A800"."""
    return bool(
        _EACH.match(devices.string, devices.end())
        or _OF_A_MACHINE.search(devices.string[: devices.start()])
        or _MACHINE_KEY.search(sentence.key_text)
    )
