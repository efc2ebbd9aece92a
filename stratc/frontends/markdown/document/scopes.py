"""Heading path to scope: of which plan a section speaks, and what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.ir.scope import Role, Scope, Topic
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROLES: tuple[tuple[Role, str], ...] = (
    # the first row that matches decides; words are whole, a trailing * stands for any ending
    (
        Role.PLAN,
        (
            "improvements? (over|from|compared|on)|(compared|comparison|relative) (to|with)|requirements? analysis|"
            "(memory|storage|hardware|gpu|resource|compute) requirements?|"
            "target (hardware|model|cluster|system|environment)|"
            "(address|meet|satisf|fulfil|exceed)\\w* (all )?(the )?(\\w+ )?(requirements?|targets?|goals?|constraints?)"
            "|(requirements?|targets?|goals?|objectives?|constraints?|criteria) ((all|are|is|fully) )*"
            "(met|satisfied|fulfilled|achieved|exceeded|reached)"
        ),
    ),
    (
        Role.EARLIER,
        (
            "today|status quo|original|originally|previous|previously|earlier|prior|old|initial plan|initial strategy|"
            "baseline|legacy|supersedes?|superseded|existing (plan|strategy)|原方案|原计划|基线"
        ),
    ),
    (
        Role.ALTERNATIVE,
        (
            "alternatives?|rejected|what else|plan b|ruled out|options considered|options if|"
            "other (options|strategies|layouts|choices|variants|set-?ups|approaches|candidates|configurations)|"
            "(looked at|considered|evaluated|thought about)$|why (we )?(don['’]?t|do not|didn['’]?t|did not)|"
            "(when|where) (i|we|you)['’]d|"
            "not (chosen|selected|taken)|traditional|why (?:not|no)|"
            "(?:tried|dropped|discarded|abandoned|refused|turned down)$|"
            "scalability|horizontal scaling|vertical scaling|scaling (headroom|considerations|path|options|up|out)|"
            "future|roadmap|what[ -]if|^\\W*(?:[\\d.]+ )?if(?= )|what would|sensitivity|fallback|"
            "growth (path|plan|options?)|"
            "upgrade path|outlook|next steps|"
            "when (would|to (change|revisit|reconsider|switch))|"
            "open (?:items|questions?|points|issues)|to-?dos?|troubleshooting|faq|known (issues|problems)|"
            "what others (do|did)|"
            "备选.*|未采用.*|扩展.*|扩容.*|待办.*|下一步.*|展望.*|以后|将来|未来"
        ),
    ),
    (
        Role.TARGET,
        (
            "targets?|requirements?|goals?|objectives?|slos?|slas?|thresholds?|alerts?|acceptance|constraints?|criteri(on|a)|"
            "目标|性能要求|约束"
        ),
    ),
    (
        Role.EXAMPLE,
        (
            "examples?|pseudo ?code|pseudo-code|sample (code|script)|references|bibliography|related (papers?|work)|"
            "示例|参考文献"
        ),
    ),
)
_TOPICS: tuple[tuple[Topic, str], ...] = (
    (
        Topic.HARDWARE,
        (
            "hardware|gpu specifications?|cluster|environment|infrastructure|(?<!per[- ])(?<!each )devices?|"
            "gpu resources?|硬件.*"
        ),
    ),
    (Topic.MODEL, "model|architecture|models|模型.*"),
    (Topic.WORKLOAD, "workload|input|batch|data ?set|负载"),
    (Topic.STRATEGY, "strategy|parallel|parallelism|configuration|strategies|策略|并行.*"),
    (Topic.MEMORY, "memory|vram|storage|显存.*|内存.*"),
    (Topic.LATENCY, "latency|ttft|tpot|延迟.*|时延.*"),
    (Topic.THROUGHPUT, "throughput|吞吐.*"),
    (Topic.UTILISATION, "utili[sz]ation|efficiency|利用率"),
    (
        Topic.COMMUNICATION,
        (
            "communication|network|bandwidth|interconnect|collectives?|all-?to-?alls?|all-?reduces?|"
            "(kv|cache)[- ](cache[- ])?(transfer|migration|hand-?over)|通信.*"
        ),
    ),
    (Topic.BALANCE, "balance|balancing|balanced|负载均衡.*"),
    (Topic.PIPELINE, "pipeline|pp\\d*|stages?|micro-batch(es)?|流水线.*"),
    (Topic.TENSOR, "tensor|tp\\d*|张量.*"),
    (Topic.EXPERT, "experts?|ep\\d*|moe|专家.*"),
    (Topic.DATA, "data parallel\\w*|dp\\d*|数据并行.*"),
    (Topic.SEQUENCE, "sequence parallel\\w*|context parallel\\w*|sp\\d*|cp\\d*|序列并行.*"),
    (Topic.FAULT_TOLERANCE, "fault|redundancy|resilience|recovery|checkpoints?(?![- _]?activation)|failover|容错.*"),
    (Topic.VALIDATION, "validation|verification|verify|compliance|checks?|验证.*"),
)
_PHASES = Pattern(r"(?i)\b(prefill(?:ing)?|decode|decoding)\b|(预填充|解码)", "prefill|decod|预填充|解码")


def _alternatives(rows: Iterable[tuple[object, str]], *words_needed: str) -> Pattern:
    """One pattern of lower case for the whole table; the name of the group that matched tells the row."""
    inside = "|".join(f"(?P<_{index}>{words.replace('.*', '')})" for index, (_, words) in enumerate(rows))
    return Pattern(rf"(?<![a-z])(?:{inside})(?![a-z])", *words_needed)


_ROLE_WORDS = _alternatives(
    _ROLES,
    "improvement|compared|comparison|relative|requirement|target|goal|objective|constraint|criteri|today|status quo|"
    "original|previous|earlier|prior|old|initial|baseline|legacy|supersede|existing|alternative|reject|"
    "what else|plan b|ruled out|considered|looked at|evaluated|thought about|why |where |"
    "other |options|"
    "chosen|selected|taken|traditional|why not|tried|dropped|discarded|abandoned|refused|turned down|scalability|"
    "scaling|future|roadmap|if |what-if|what would|what others|sensitivity|fallback|growth|upgrade|outlook|"
    "next steps|when |open |to-do|todo|troubleshooting|faq|known |slo|sla|threshold|alert|acceptance|example|pseudo|"
    "sample |references|bibliography|related |原方案|原计划|基线|备选|未采用|扩展|扩容|待办|下一步|展望|以后|将来|"
    "未来|目标|性能要求|约束|示例|参考文献",
)
_TOPIC_WORDS = _alternatives(_TOPICS)


def role_of(heading: str) -> Role | None:
    """The role that a heading or label gives to what stands below it; None when it gives none.

    >>> role_of("Critical Issues with Original Plan"), role_of("Hardware Environment")
    (<Role.EARLIER: 'earlier-plan'>, None)
    """
    found = {match.lastgroup for match in _ROLE_WORDS.finditer(heading.lower())}
    for index, (role, _) in enumerate(_ROLES):
        if f"_{index}" in found:
            return None if role is Role.PLAN else role
    return None


def topics_of(heading: str) -> tuple[Topic, ...]:
    """What a heading or label is about, in the order of its words.

    >>> topics_of("GPU Memory Analysis")
    (<Topic.MEMORY: 'memory'>,)
    """
    matches = _TOPIC_WORDS.finditer(heading.lower())
    return tuple(dict.fromkeys(_TOPICS[int(str(match.lastgroup)[1:])][0] for match in matches))


def names_phase(text: str) -> bool:
    """Whether a text can name a phase: a quick look before many."""
    return _PHASES.concerns(text)


def strategy_of(heading: str) -> str:
    """ "prefill" or "decode" where a heading names one of them alone, else ""."""
    found = {
        "prefill" if match[0].lower() in ("prefill", "prefilling", "预填充") else "decode"
        for match in _PHASES.finditer(heading)
    }
    return found.pop() if len(found) == 1 else ""


def scope_of(path: tuple[str, ...], *, titled: bool = True) -> Scope:
    """The scope under a path of headings; the title of a document (`titled`) gives topics, but no role.

    Nearer headings decide the role; topics of nearer headings come first.
    """
    below = path[1:] if titled else path
    roles = (role_of(heading) for heading in reversed(below))
    role = next((role for role in roles if role), Role.PLAN)
    topics = tuple(dict.fromkeys(topic for heading in reversed(below) for topic in topics_of(heading)))
    strategy = next((name for heading in reversed(below) if (name := strategy_of(heading))), "")
    return Scope(role, path, topics, strategy)
