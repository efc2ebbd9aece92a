"""How plans call the figures of a training run: its steps, tokens and days, its checkpoints, its power and its cost.

Every figure is looked at as one line: its label (with the heading of its column), " | ", the words before it, " # ",
the words after it, all as stems.  A row is a metric of ir/claim.py, the dimensions its figure may have, what such a
line says, words that it has nowhere (`never`) or not before the figure (`early`), and bounds of the value; of `about`
a word must stand in the sentence or in the headings above it, of `nowhere` none in the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stratc.arith.unit import BYTE, BYTE_RATE, COUNT, FLOP, SECOND, SEQUENCE, TOKEN, WATT, Dimension
from stratc.frontends.markdown.words.vocabulary import words
from stratc.text.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR, DAY = 3600.0, 86400.0
MONEY = Dimension((("$", 1),))  # of a figure beside a currency, which is no unit of its own
ENERGY = WATT * SECOND

_SAVE = "checkpoint|save|snapshot|ckpt"
_SIZE = "size|volume|size each|size of each|one|each|full state"
_UPDATE = "step|update|iteration|iter"
_WHICH = r"(?:(?:optimizer|optimiser|training|train|gradient|global|weight|parameter|model) )*"
_STEP = rf"{_WHICH}(?:{_UPDATE})"
_SAMPLE = "example|sample|conversation|pair|prompt|dialogue|instruction"
_GPU = r"(?:gpu|board|gcd|tpu|[ahbv]\d{2,3}\w*|mi\d{3}\w*|gh200|gb200)"
_LABEL = r"[^|]*\|[^#]*#"  # the rest of a label up to the figure
_END = r"(?: [~(][^|]*)?\|[^#]*#"  # the same where the label ends, but for brackets and the heading of its column
_ABOUT = r"(?: (?:about|roughly|around|approximately|only|some|just|up to|to|up|nearly|almost|for|in))* (?:[~≈] )?#"
SAVES = words("checkpoint save saving saved snapshot ckpt")


class Row(NamedTuple):
    """One kind of figure: see the module."""

    metric: str
    kinds: tuple[Dimension, ...]
    said: Pattern
    never: frozenset[str] = frozenset()
    early: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    least: float = 0.0
    most: float = 1e40
    nowhere: frozenset[str] = frozenset()
    far: bool = False  # whether all of the sentence before the figure is looked at, other figures being "@"


_KEPT_BY_LAYERS = words("activation recompute recomputation")
_ELSEWHEN = words("mtbf mtb previous old instead baseline ablation experiment trial dry debug test pilot")
_APART = words("every interval cadence between lost losing restart restore resume read recovery load startup timeout")

_OF_RUN: tuple[Row, ...] = (
    Row(
        "run.steps",
        (COUNT,),
        Pattern(
            rf"\b{_STEP}(?: (?:count|in total|in all|total|planned|budget))*{_END}"
            rf"|# {_STEP}\b(?! (?:per|each|a|every|of warm|long|apart|ahead|delay|later|ago|time|/))",
            _UPDATE,
        ),
        words("warm warmup ramp anneal annealing cooldown decay eval evaluation trial benchmark micro denoising"),
        words(
            "every first last after save saving saved checkpoint log logging per each skip lost redo until before at "
            "from long a profile measured interval cadence validation time second token sequence / s flop"
        ),
        least=200,
        most=1e8,
    ),
    Row(
        "run.samples",
        (COUNT, SEQUENCE),
        Pattern(
            rf"^(?:(?:training|train|number of|total|fine - tuning|sft) )*(?:{_SAMPLE}|document|datapoint){_END}"
            r"|\b(?:set|dataset|data|corpus|mix|split) (?:has|hold|contain|comprise|is|of|with)"
            rf"(?: about| some| roughly)* # (?:training |labelled |preference |chat )*(?:{_SAMPLE})\b",
            f"{_SAMPLE}|document|datapoint",
        ),
        words("per each batch second every eval evaluation validation test held step micro packed token"),
        least=200,
        most=1e10,
        about=words("epoch"),
    ),
    Row(
        "run.epochs",
        (COUNT,),
        Pattern(rf"^(?:(?:number of|total|training) )*(?:epoch|pass over){_LABEL}", "epoch|pass"),
        early=words("every per each after first paper instead default was blog"),
        least=1,
        most=100,
    ),
    Row(
        "run.tokens",
        (TOKEN, COUNT),
        Pattern(
            r"# token\b"
            r"|\b(?:token|corpus|dataset|token budget|data|set)(?: (?:size|seen|total|budget|volume|count|"
            rf"processed|after \w+|in total|to process|to train on))*{_END}"
            r"|token budget (?:is|of|=)(?: about)? #",
            "token|data|corpus|set",
        ),
        words(
            "per each batch step second warm warmup ramp more anneal annealing cooldown extra additional held eval "
            "validation vocab vocabulary context window prompt output mark every until day price cost iteration "
            "million parameter cache synthetic optimal chinchilla gpu far old previous chunk micro update base "
            "generated served user request teacher another first last read"
        ),
        words("sequence row"),
        least=1e9,
        most=1e15,
    ),
    Row(
        "tokens.step",
        (TOKEN, COUNT),
        Pattern(
            rf"\btoken (?:per|/|in (?:a|each|one)) {_WHICH}(?:{_UPDATE}|batch){_END}"
            rf"|^(?:(?:global|total|training) )*batch(?: size)?{_END} token\b"
            rf"|\b(?:{_UPDATE}|batch) (?:process|consume|see|hold|contain|take|cover|has|is|of|use|comprise)"
            rf"{_ABOUT} token\b",
            "token",
            f"{_UPDATE}|batch",
        ),
        words("micro gpu device rank replica second generated sequence request expert max maximum dropped"),
        least=1e4,
        most=1e9,
    ),
    Row(
        "run.days",
        (SECOND,),
        Pattern(
            r"\b(?:wall clock|wall time|wallclock|duration|run time|runtime|time to train|training time|length|"
            rf"length of (?:the )?run|day|calendar|time in total)(?: time)?{_END}"
            rf"|^time{_END}"
            r"|\b(?:run|job|training|pretraining|phase|campaign|it)\b[^|@]*"
            r"\b(?:take|last|need|finish|finishe|complete|end|run|require|occupie|span|come|amount)(?: after)?"
            rf"{_ABOUT}"
            rf"|complete after{_ABOUT}"
            r"|# of (?:pure |wall clock |wall |continuous |uninterrupted )?(?:compute|training|wall|pretraining)\b"
            r"|# wall - clock"
            rf"|\b(?:this|that|which) (?:is|make|give|take|come to|mean){_ABOUT}"
            rf"|\b(?:rent|reserve|book|train|run|use|occupy)\b[^|]*\bfor{_ABOUT}"
            rf"|\bwe (?:\w+ )?(?:need|take|require){_ABOUT}",
            "wall|duration|runtime|time|length|run|job|training|phase|campaign|complete|compute|this|that|which|day|"
            "calendar|it|rent|reserve|book|use|occupy|we",
        ),
        words(
            "per every each interval between lost checkpoint save restart recovery restore step iteration eval epoch "
            "warm queue maintenance node timeout retention kept healthy ideal migration month micro update "
            "including incl margin buffer contingency overhead reserve allowance failure interruption without net"
        )
        | _ELSEWHEN,
        least=HOUR,
        most=3e8,
        far=True,
    ),
    Row(
        "run.net_days",
        (SECOND,),
        Pattern(
            r"\b(?:healthy|fault - free|failure - free|ideal|uninterrupted|without (?:any )?(?:failure|restart|"
            r"interruption|fault|outage)|no (?:failure|restart|interruption)|compute time|compute needed|net|"
            r"productive|pure)\b",
            "healthy|free|ideal|uninterrupted|without|no |compute|net|productive|pure",
        ),
        words("calendar book reserve elapsed gross lost per step mtbf between"),
        least=HOUR,
        most=3e8,
    ),
    Row(
        "run.calendar_days",
        (SECOND,),
        Pattern(
            r"\b(?:calendar|book|reserve|booked|reserved|reservation|elapsed|gross|wall|with (?:failure|restart|"
            r"outage)|including (?:failure|restart|downtime|outage))\b",
            "calendar|book|reserv|elapsed|gross|wall|with|including",
        ),
        words("without per step mtbf lost healthy ideal between"),
        least=HOUR,
        most=3e8,
    ),
    Row(
        "run.goodput",
        (COUNT,),
        Pattern(
            r"goodput|availability|uptime|productive|effective training time", "goodput|availab|uptime|productive|eff"
        ),
        early=words("target other lost loss sla power"),
        least=0.3,
        most=1.0,
    ),
    Row(
        "run.failure_time",
        (SECOND,),
        Pattern(
            r"\b(?:mtbf|mtb|mean time (?:between|to) (?:failure|interruption|interrupt|fault))\b[^#]*#"
            r"|\b(?:one|a|1|@) (?:\w+ ){0,2}(?:failure|interruption|interrupt|fault|crash|outage) (?:every|per|in|each)"
            rf"{_ABOUT}"
            r"|\bfail(?:s|ure)? every(?: about| roughly| around| approximately)? #",
            "mtb|mean time|failure|interrupt|fault|crash|outage|fail",
        ),
        words("checkpoint save restart recovery repair lost lose replace maximum worst silent"),
        least=600,
        most=3e8,
    ),
    Row(
        "run.step_time",
        (SECOND,),
        Pattern(
            rf"\b(?:one|a|each|every) {_STEP} (?:=|take|last|need|is|require|run){_ABOUT}"
            rf"|# (?:per|a|for each|for one|each|/) {_STEP}\b"
            rf"|^(?:(?:measured|mean|average|expected) )*(?:{_STEP} (?:time|duration)|"
            rf"(?:time|second|duration) (?:per|of (?:a|one)|for (?:a|one)) {_STEP}){_LABEL}",
            _UPDATE,
        ),
        words(
            "exposed hidden visible communication reduce gather sync micro eval decode decoding inference bubble stage "
            "pipeline old previous before dataloader loading overlap overlapped"
        )
        | SAVES,
        least=0.05,
        most=HOUR,
        nowhere=words("adam cpu host offload"),
    ),
)


def _of_saves(
    metric: str,
    kinds: tuple[Dimension, ...],
    said: Pattern,
    never: frozenset[str] = frozenset(),
    *,
    least: float,
    most: float,
    early: frozenset[str] = frozenset(),
    far: bool = False,
) -> Row:
    """A row of a sentence on checkpoints of the run, not on activations that are computed again."""
    return Row(metric, kinds, said, never, early, SAVES, least, most, _KEPT_BY_LAYERS, far)


def _of_sizes(*said: Pattern) -> Iterator[Row]:
    """Rows of the size of a checkpoint, said in several ways."""
    never = words(
        "total all kept retain retained keep retention daily day disk space storage quota budget together gpu "
        "altogether only inference export exported rank node capacity usable bandwidth end shard freed"
    )
    for each in said:
        yield _of_saves("checkpoint.size", (BYTE,), each, never, least=1e8, most=1e15)


_OF_CHECKPOINTS: tuple[Row, ...] = (
    _of_saves(
        "checkpoint.every_steps",
        (COUNT,),
        Pattern(
            rf"\bevery # {_STEP}\b"
            rf"|^[^|]*\b(?:cadence|interval|frequency|every|spacing)\b[^|]*\|[^#]*#(?: (?:{_UPDATE})\b|$| $)",
            "every|cadence|interval|frequency|spacing",
        ),
        words("eval evaluation validation log logging print warm expert sync prune day hour minute"),
        least=10,
        most=1e6,
    ),
    _of_saves(
        "checkpoint.every_time",
        (SECOND,),
        Pattern(
            rf"\bevery #|^[^|]*\b(?:cadence|interval|frequency|every|spacing|period){_LABEL}|# (?:between|apart)\b",
            "every|cadence|interval|frequency|spacing|period|between|apart",
        ),
        words("eval evaluation validation log logging print failure fail mtbf fault"),
        least=60,
        most=7 * DAY,
    ),
    _of_saves(
        "checkpoint.every_time",
        (SECOND,),
        Pattern(
            rf"\bevery @ {_STEP}(?: of training)?"
            r"(?: (?:[(=,:~≈→–/-]|that|this|is|which|mean|make|or|i|e|one|so|every|each|about|roughly|around|"
            r"approximately|equivalent|to)){1,6} #",
            "every @",
        ),
        words("eval evaluation validation log logging each write writing take stall pause long block upload flush"),
        least=60,
        most=7 * DAY,
        far=True,
    ),
    _of_saves(
        "checkpoint.kept",
        (COUNT,),
        Pattern(
            rf"^[^|]*\b(?:kept|retained|retention|keep|rotation|retain){_LABEL}"
            r"|\b(?:keep|retain|retained|kept|hold|retention)\b[^|#]*#"
            rf"|# (?:(?:most )?recent |latest |last |full )*(?:{_SAVE})\b[^|]*\b(?:kept|retained|stay|remain|held)\b"
            rf"|\b(?:last|latest) # (?:{_SAVE})\b",
            "kept|retain|retention|keep|rotation|hold|recent|latest|last|stay|remain|held",
        ),
        words("day hour week month % worker replica warm token space storage"),
        early=words("every"),
        least=1,
        most=10_000,
    ),
    Row(
        "checkpoint.kept",
        (COUNT,),
        Pattern(rf"^(?:kept|retained|retention){_END}", "kept|retain|retention"),
        words("day hour week month % token space storage"),
        least=1,
        most=10_000,
    ),
    *_of_sizes(
        Pattern(
            rf"^(?:(?:full|resumable|one|single|each|per|complete|sharded|training|model) )*(?:{_SAVE})"
            rf"(?: of (?:the |a )?model)?(?: (?:size|volume|footprint|is|=))*{_END}"
            rf"|\b(?:{_SAVE}) (?:size|volume|footprint){_ABOUT}"
            rf"|^[^|]*\bsize (?:of|per) (?:a |one |each |the )?(?:full |single |resumable )?(?:{_SAVE}){_LABEL}"
            rf"|\b(?:{_SAVE})\b[^|#]*(?:=|\b(?:is|of|take|weigh|has|hold|come|contain|occupie|amount|need|cover|"
            rf"measure)){_ABOUT}"
            rf"|# (?:per|a|each|for each|for one|for a) (?:full |resumable |complete )*(?:{_SAVE})\b"
            rf"|# (?:full |resumable |sharded )*(?:{_SAVE})\b",
            _SAVE,
        ),
        Pattern(rf"^(?:{_SIZE}){_END}", _SIZE),
        Pattern(
            r"\bbyte (?:each|per (?:parameter|param|weight)|a (?:parameter|param|weight))(?: [a-z]+)?(?: [:=,])?"
            r"(?: (?:is|are|make|give|that is))? #",
            "byte",
            f"{_SAVE}|{_SIZE}",
        ),
    ),
    _of_saves(
        "checkpoint.bytes",
        (COUNT, BYTE),
        Pattern(
            rf"^[^|]*\bbyte (?:per|a|for each|each|/) (?:parameter|param|weight){_LABEL}"
            r"|#(?: byte)? (?:per|a|for each|for every|/|each) (?:parameter|param|weight)\b"
            r"|\bat #(?: byte)? each\b",
            "byte|param|weight|each",
        ),
        words("activation cache kv token"),
        least=2,
        most=24,
    ),
    Row(
        "checkpoint.rate",
        (BYTE_RATE,),
        Pattern(
            r"\b(?:write|written|writing|storage|file system|filesystem|lustre|gpfs|nvme|object|nfs|disk|weka|vast|ssd|"
            r"bucket|save|saving|s3|ceph|sustained|scratch|flash)\b",
            "writ|storage|file|lustre|gpfs|nvme|object|nfs|disk|weka|vast|ssd|bucket|sav|s3|ceph|sustained|scratch|flash",
        ),
        words("read reading nvlink infiniband hbm rail nic reduce restore load loading memory reload"),
    ),
    _of_saves(
        "checkpoint.time",
        (SECOND,),
        Pattern(
            rf"^[^|]*\btime (?:for|of|to|per)\b[^|]*\b(?:{_SAVE}|write){_LABEL}"
            rf"|\b(?:{_SAVE}|write|saving|writing) (?:time|duration|stall|pause|take){_LABEL}"
            rf"|\b(?:{_SAVE}|saving|writing|write|written)\b[^|#]*(?:=|\b(?:take|in|last|"
            rf"need|require|block|stall|pause|finish|is|for)(?: training| the run)?){_ABOUT}"
            rf"|# (?:per|a|each|for each|for one|for a|to) (?:write )?(?:full |a |one )?(?:{_SAVE})\b"
            rf"|\b(?:each|one|it|which|that) (?:take|need|block|last|stall)(?: training)?{_ABOUT}"
            rf"|\b(?:write|writing|saving|save) (?:it|them|one)\b[^|@]*{_ABOUT}",
            f"{_SAVE}|writ|saving|each|one|it|which|that",
        ),
        _APART | words("step forward backward iteration pass"),
        least=0.1,
        most=4 * HOUR,
    ),
    Row(
        "checkpoint.lost",
        (SECOND,),
        Pattern(
            r"\b(?:lose|lost|losing|redo|repeat|recompute|waste|wasted)\b.*\b(?:average|mean|expected|expectation|typically)\b"
            r"|\b(?:average|mean|expected|expectation|typically)\b.*\b(?:lose|lost|loss|losing|redo|repeat|waste|wasted)\b",
            "average|mean|expect|typical",
        ),
        words("per worst most restart restore load step"),
        about=SAVES,
        least=60,
        most=7 * DAY,
        far=True,
    ),
    _of_saves(
        "checkpoint.share",
        (COUNT,),
        Pattern(
            r"\b(?:overhead|of the (?:time|run|wall|day|step|training)|of (?:time|training|wall)|share|stall|"
            r"lost|slow|cost|spent|tax|penalty|fraction)\b",
            "overhead|of |share|stall|lost|slow|cost|spent|tax|penalty|fraction",
        ),
        words("memory parameter failure target below under bound limit compressed smaller disk quota"),
        least=1e-5,
        most=0.6,
    ),
    Row(
        "checkpoint.storage",
        (BYTE,),
        Pattern(
            rf"\b(?:space|storage|disk|retained|kept|all|total|footprint)\b{_LABEL}"
            r"|\b(?:amount|add|come|total|sum|accumulate|make|need|occupie|occupy|take|fill|use|require|grow|is|are)"
            rf"(?: up| together| altogether)?{_ABOUT}"
            r"|\b(?:kept|retained) (?:: )?#"
            r"|# (?:in the end|altogether|in total|in all|at the end)\b",
            "space|storage|disk|retained|kept|all|total|footprint|amount|add|come|sum|accumulate|make|need|occup|take|fill|"
            "use|require|grow|is|are|end",
        ),
        words(
            "usable available free capacity provisioned unlimited day daily each one single size gpu memory hbm host a "
            "ram gradient raw corpus limit budget have offer has per full resumable parameter weight an hold contain"
        ),
        about=SAVES | words("disk storage artifact scratch"),
        nowhere=_KEPT_BY_LAYERS,
        least=1e9,
        most=1e18,
    ),
    _of_saves(
        "checkpoint.daily",
        (BYTE,),
        Pattern(r"\b(?:per day|a day|daily|each day|every day|in 24 hour|/ day)\b", "day|daily|24"),
        words("usable available limit quota network corpus log"),
        least=1e9,
        most=1e18,
    ),
)

_OF_COMPUTE: tuple[Row, ...] = (
    Row(
        "run.flops",
        (FLOP,),
        Pattern(
            r"\b(?:6 ?n ?d|6nd|total compute|training compute|compute budget|compute by|total flop|training "
            r"flop|(?:whole|entire|the) run|pretraining compute|run cost|flop budget|in total|total training|"
            r"for training|to train|train\w* (?:cost|take|need|require)s?)\b"
            rf"|\b(?:compute|flop|total|work){_END}"
            r"|^\| c = .*#",
            "6nd|6 n|compute|flop|run|total|work|train|c =",
        ),
        words("step update iteration per layer second forward gpu micro batch day"),
        least=1e18,
        far=True,
    ),
    Row(
        "step.flops",
        (FLOP,),
        Pattern(
            rf"\b(?:per|one|each|a|every|of the|the) {_WHICH}(?:{_UPDATE}|global batch)\b"
            rf"|\b{_STEP}{_END}"
            rf"|\b(?:this|that|it|which) (?:is|make|need|take|cost|come to){_ABOUT}",
            f"{_UPDATE}|batch|this|that|it|which",
        ),
        words("layer second forward gpu micro backward hardware sequence stage attention run total whole"),
        about=words("step update iteration batch"),
        least=1e12,
        most=1e22,
    ),
    Row(
        "run.pflop_days",
        (COUNT,),
        Pattern(
            r"\b(?:pflop|petaflop)s? ?(?:/ ?s)? ?-? day(?:[^|]*\|[^#]*#|\b)|# (?:pflop|petaflop)s? ?(?:/ ?s)? ?-? day",
            "day",
        ),
        least=0.01,
    ),
    Row(
        "tokens.parameter",
        (COUNT, TOKEN),
        Pattern(
            rf"^[^|]*\btoken (?:per|to|/|a|for each) (?:\w+ )?(?:parameter|param){_LABEL}"
            rf"|^(?:ratio )?d ?/ ?n{_LABEL}"
            r"|#(?: token)? (?:per|a|for each|for every|/) (?:active |model |trainable )?(?:parameter|param|weight)\b",
            "param|weight|d/n|d / n|d /n|d/ n",
        ),
        words("byte optimal chinchilla ' rule guideline recommend kv million"),
        least=0.1,
        most=1e6,
    ),
    Row(
        "tokens.optimal_each",
        (COUNT, TOKEN),
        Pattern(r"#(?: token)? (?:per|a|for each|for every|/) (?:model )?(?:parameter|param|weight)\b", "param|weight"),
        words("byte kv million"),
        about=words("optimal chinchilla"),
        least=2,
        most=200,
    ),
    Row(
        "tokens.optimal",
        (TOKEN,),
        Pattern(r"# token\b", "token"),
        words("each batch step second we see train trained over use actual our"),
        about=words("optimal chinchilla"),
        least=1e8,
    ),
    Row(
        "run.device_hours",
        (COUNT,),
        Pattern(
            rf"# (?:(?:total|allocated) )?{_GPU} (?:- )?(?:hour|h|hr)\b|^[^|]*\b{_GPU} (?:- )?(?:hour|hr|h)\b{_LABEL}",
            "hour|h|hr",
        ),
        words(
            "per price rate debug development ablation experiment test extra reserve contingency remaining already "
            "spent saved waste wasted lost quota limit grant available eval evaluation each top node $ €"
        ),
        words("up a an"),
        least=10,
    ),
    Row(
        "time.exposed",
        (SECOND,),
        Pattern(
            r"\b(?:exposed|visible|uncovered|unhidden|not (?:hidden|overlapped|covered)|outside of the overlap|"
            r"sticks? out|shows? up|left over|remains?)\b",
            "exposed|visible|uncovered|unhidden|not |outside|stick|show|left|remain",
        ),
        words("pipeline bubble stage forward optimizer compute computation dataloader per layer") | SAVES,
        least=1e-5,
        most=1e4,
    ),
    Row(
        "share.hidden",
        (COUNT,),
        Pattern(
            r"\b(?:hidden|overlap|overlapped|overlapping|underneath|behind|covered|concealed|under|concurrent|hide)\b",
            "hid|overlap|underneath|behind|cover|conceal|under|concurrent",
        ),
        words("memory utilization utilisation exposed visible target mfu bandwidth budget bubble stay"),
        least=0.01,
        most=1.0,
    ),
    Row(
        "time.hideable",
        (SECOND,),
        Pattern(
            r"\b(?:all - reduce|allreduce|reduce - scatter|reduction|all - gather|all - to - all|collective|"
            r"gradient sync|synchronization|exchange|communication|transfer|sync|reduce|gather)\b",
            "reduc|scatter|gather|all - to|collective|sync|exchange|communication|transfer",
        ),
        words("exposed visible hidden remain remains uncovered layer not overlap overlapped micro optimizer"),
        least=1e-5,
        most=1e4,
    ),
)

_OF_POWER_AND_COST: tuple[Row, ...] = (
    Row(
        "power.device",
        (WATT,),
        Pattern(
            rf"\b(?:per|each|every|a|one|p_?) ?{_GPU}\b"
            rf"|\b{_GPU} (?:power|limit|cap|draw|tdp|is|at)\b"
            r"|\btdp\b|\bcapped at\b|power limit|board limit"
            rf"|\b{_GPU} (?:of|with|x|×)(?: \w+)? #"
            rf"|# (?:per|a|each|for each|/) ?{_GPU}\b|# each\b",
            "gpu|board|gcd|tpu|tdp|capped|limit|h100|h200|a100|b200|mi|# each",
        ),
        words("server node rack host cpu nic switch cooling tried lower reduced idle"),
        least=50,
        most=3000,
    ),
    Row(
        "power.devices",
        (WATT,),
        Pattern(
            rf"\b{_GPU} (?:of|in) the\b"
            rf"|\b(?:all|the|of) (?:\w+ )?{_GPU}\b"
            rf"|\b{_GPU} (?:alone|only|together|draw|power|load|total)\b"
            rf"|# (?:for|of|from) (?:the |all )?{_GPU}",
            "gpu|board|gcd|tpu|h100|h200|a100|b200|mi",
        ),
        words("per each every server node rack cpu nic switch cooling busbar pue facility overhead including"),
        least=1000,
    ),
    Row(
        "energy.run",
        (ENERGY,),
        Pattern(
            r"\b(?:energy|run|total|consume|consumption|electricity|training|use|need|whole|entire)\b",
            "energy|run|total|consum|electric|train|use|need|whole|entire",
        ),
        words("per each every token million day step request price cost hour month"),
        least=3.6e8,
    ),
    Row(
        "price.device_hour",
        (MONEY,),
        Pattern(
            rf"# (?:per|/|a|an|for each|for every|each) {_GPU} ?(?:- |/ )?(?:hour|h|hr)\b"
            rf"|^[^|]*\b(?:price|rate|cost|tariff|fee)\b[^|]*\b{_GPU} ?(?:- |/ )?(?:hour|h|hr)\b{_LABEL}",
            "hour|h|hr",
        ),
        least=0.05,
        most=100,
    ),
    Row(
        "cost.run",
        (MONEY,),
        Pattern(
            r"\b(?:cost|total|price|budget|bill|spend|invoice|charge|run|sum|amount|this is|that is|come to|"
            r"make|pay|worth)\b",
            "cost|total|price|budget|bill|spend|invoice|charge|run|sum|amount|is|come|make|pay|worth",
        ),
        words(
            "per each every hour month token million request node storage egress saved saving quota discount spot "
            "reserve contingency limit electricity energy kwh staff /"
        ),
        least=100,
    ),
    Row(
        "price.node_hour",
        (MONEY,),
        Pattern(
            r"\b(?:node|server|instance|machine|box|host)\b[^|]*#(?: (?:per|an|a|/|each)) (?:hour|h|hr)\b"
            r"|# (?:per|a|/|each) (?:node|server|instance|machine|box) (?:- |/ )?(?:hour|h|hr)\b",
            "node|server|instance|machine|box|host",
        ),
        least=1,
        most=1000,
        far=True,
    ),
    Row(
        "cost.tokens",
        (MONEY,),
        Pattern(
            r"\b(?:per|/|for|a|each)(?: # ?| 1 ?)?(?: ?m| million|1m)? ?(?:output |generated |input |training )?"
            r"(?:token|tok|mtok)\b"
            rf"|^[^|]*\b(?:million|1m|mtok)\b{_LABEL}",
            "tok|million|1m",
        ),
        words("market competitor list api sell target below budget limit"),
        least=1e-6,
    ),
)

ROWS = (*_OF_RUN, *_OF_CHECKPOINTS, *_OF_COMPUTE, *_OF_POWER_AND_COST)
ROWS_OF = {kind: tuple(row for row in ROWS if kind in row.kinds) for some in ROWS for kind in some.kinds}
"""The rows by the dimension of a figure."""
ASKED = frozenset().union(*(row.about for row in ROWS))
"""The words that some row asks for."""
