"""What sentences say of precision, sparsity and the exchange of experts that cannot be meant: as in mistaken.py."""

from __future__ import annotations

_EXPERT_GROUP = (
    r"(?:ep|expert[ -]+parallel(?:ism)?)(?: (?:group|rank|degree|dimension|domain|gpu|member))?"
    r"|expert group"
)
_SYNC = (
    r"(?:synchroni[sz]ation|synchroni[sz]e|synchroni[sz]ed|synchroni[sz]ing|sync|averaging|average|averaged"
    r"|broadcast|all - reduce|allreduce)"
)
_AMONG = r"(?:for|across|among|amongst|within|between|over|in|inside|of)(?: the| all| each| every)*"
_USE = r"(?:compute|computation|gpu|hardware) (?:utilization|utilisation|efficiency|intensity)"
_RAISES = r"(?:raise|increase|improve|boost|maximi[sz]e|keep|give|ensure|raising|increasing|improving|keeping)"
_WIDE = r"(?:fp32|float32|fp16|float16|bf16|bfloat16|single precision|full precision|half precision)"
_FALL = r"(?:fallback|fall back|falling back|fall ?- ?back|switch|switching|revert|reverting|return)"
_STAGES = r"(?:stage|pipeline|pp|p2p|point - to - point|tp|tensor|all - reduce|allreduce|all - to - all|activation)"
_BUS = r"pcie(?: (?:gen ?\d|\d(?:\.\d)?|x ?16|link|bus|lane|utilization|utilisation|usage|bandwidth))*"
_SHORTAGE = r"(?:oom|out - of - memory|out of memory|memory overflow)"
# concept, words of which one must stand in the sentence, and what says it in stems
SAID_OF_WORK: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "experts_synchronised",
        ("sync", "averag", "broadcast", "all-reduce", "allreduce"),
        (
            rf"\b(?:(?:parameter|weight|model) {_SYNC} (?:\w+ )?{_AMONG} (?:{_EXPERT_GROUP})\b"
            rf"|{_SYNC} (?:of |the )*(?:model )?(?:parameter|weight) {_AMONG} (?:{_EXPERT_GROUP})\b"
            rf"|(?:{_EXPERT_GROUP})(?: :| need| require| use| perform)? (?:parameter|weight) {_SYNC}\b)"
        ),
    ),
    (
        "exchange_by_tokens",
        tuple(f"every {count} token" for count in (1, 2, 4, 8, 16, 32, 64)),  # its words are those of the figure
        (
            r"\b(?:all - to - all|alltoall|all2all|dispatch|all - reduce|allreduce|token exchange|expert routing)"
            r"[^.;]{0,40}? every \d+(?= [).,;]|$)"
        ),
    ),
    (
        "busy_by_sparsity",
        ("spars",),
        (
            rf"\b(?:(?:high|higher|excellent|maximum|full|improved|better|peak) {_USE}"
            r"(?: (?:due to|because of|thank to|from|through|by|via|with))(?: the)?(?: moe)? (?:sparsity|sparse)"
            rf"|{_USE}(?: (?:is|stay|remain))?(?: :)? (?:very )?(?:high|higher|excellent|maximi[sz]ed|improved|better)"
            r" (?:due to|because of|thank to|from|through|by|via|with)(?: the)?(?: moe)? (?:sparsity|sparse)"
            rf"|(?:sparsity|sparse (?:activation|routing|gating)) (?:also )?{_RAISES}(?: \w+){{0,2}} {_USE})\b"
        ),
    ),
    (
        "precision_widened",
        ("fp32", "float32", "fp16", "float16", "bf16", "bfloat16", "precision"),
        rf"\b{_FALL} to {_WIDE}\b",
    ),
    (
        "communication_small",
        ("minim", "negligible", "low communication", "little communication"),
        (
            r"\b(?:(?:minimal|negligible|low|little|minimize|minimise|minimizing|minimising|minimized|minimised)"
            r"(?: (?!compute|memory)\w+){0,2}? communication(?: (?:overhead|cost|latency|time))?"
            r"|communication (?:overhead|cost|latency|time) (?:: |is |are |remain )?"
            r"(?:minimal|negligible|minimized|minimised))\b"
        ),
    ),
    (
        "gradients_by_micro_batch",
        ("gradient", "梯度"),
        (
            r"\b(?:gradient|gradients) (?:all - reduce|allreduce|reduction|synchroni[sz]ation|sync|reduce - scatter)"
            r"(?: [^ ;]+){0,6}? (?:(?:once )?(?:per|for each|for every|after each|after every|each|every)"
            r" micro ?-? ?batch)\b"
        ),
    ),
    (
        "loss_balances_load",
        ("loss",),
        (
            r"\b(?:auxiliary|aux|balancing|balance) loss (?:\w+ ){0,2}?"
            r"(?:keep|ensure|maintain|guarantee|hold|balance|prevent)\b"
            r"|\b(?:kept|ensured|maintained|guaranteed|balanced|equal|even) (?:\w+ ){0,2}?(?:by|through|via|with|using)"
            r" (?:an |the |our )?(?:auxiliary|aux|load balancing|balancing|balance|load - balancing) loss\b"
        ),
    ),
    (
        "current_degrees",
        ("current", "existing"),
        (
            r"\b(?:current|existing)(?: \w+){0,2}"
            r" (?:strategy|strategie|configuration|layout|setup|deployment|parallelism)\b"
        ),
    ),
    (
        "parallelism_bonus",
        ("benefit", "bonus", "boost", "gain"),
        (
            r"\b(?:expert|tensor|pipeline|data|sequence) parallel\w* (?:efficiency |throughput |speed )?"
            r"(?:benefit|bonus|boost|gain|factor)(?: (?!only|loss)[a-z]+){0,2} (?:: )?(?:\+ )?\d"
        ),
    ),
    (
        "devices_alike",
        ("equal", "identical", "uniform", "same"),
        (
            r"\b(?:equal|identical|uniform|same) (?:memory|compute|computation|flop)"
            r"(?: (?:usage|use|distribution|footprint|load|work))? (?:across|on|for|per|over)"
            r"(?: (?:all|every|each|the|\d+))* gpu\b"
        ),
    ),
    (
        "shortage_expected",
        ("oom", "out-of-memory", "out of memory", "memory overflow"),
        (
            rf"\b(?:high|critical|severe)\b[^.]{{0,40}}? {_SHORTAGE}\b"
            rf"|\b{_SHORTAGE} (?:\w+ )?(?:: )?(?:high|critical|severe)\b"
        ),
    ),
    (
        "shortage_possible",
        ("oom", "out-of-memory", "out of memory"),
        rf"\b(?:may|might|could|potential|possible|risk of) (?:\w+ ){{0,3}}{_SHORTAGE}\b",
    ),
    (
        "traffic_on_pcie",
        ("pcie", "pci-e"),
        (
            rf"\b(?:{_BUS}(?: :| for| carry| carries| handle|\()?(?: \w+){{0,2}}? {_STAGES}\b"
            rf"|{_STAGES}(?: [\w-]+){{0,4}}? (?:over|via|through|on|using|use) {_BUS}(?= |$))"
        ),
    ),
)
ALSO_OF_WORK: dict[str, tuple[tuple[str, ...], ...]] = {  # of each row of words one must stand in the sentence too
    "experts_synchronised": (("ep", "expert"), ("parameter", "weight", "model")),
    "exchange_by_tokens": (("all-to-all", "alltoall", "all2all", "dispatch", "all-reduce", "routing"),),
    "communication_small": (("communicat",),),
    "gradients_by_micro_batch": (("micro",),),
    "loss_balances_load": (("auxiliar", "aux", "balanc"),),
    "current_degrees": (("strateg", "configurat", "layout", "setup", "deploy", "parallelism"),),
    "parallelism_bonus": (("parallel",),),
    "busy_by_sparsity": (("utili", "efficien", "intensity"),),
    "precision_widened": (("fall", "switch", "revert", "return"),),
}
MEANT_OTHERWISE_OF_WORK = {
    "communication_small": r"\b(?:not|never|would|if|target|goal|because|since)\b",
    "gradients_by_micro_batch": r"\b(?:not|never|no|last|instead|accumulated|would|if|rather|than|avoid)\b",
    "loss_balances_load": r"\b(?:train|trained|training|pretraining|finetune|fine|checkpoint|not|cannot|was|had|during"
    r"|only|would|if)\b",
    "devices_alike": r"\b(?:not|almost|nearly|roughly|about|except|besides|would|if|target|goal)\b",
    "experts_synchronised": r"\b(?:gradient|dp|data|replica|copy|copies|non|shared|attention|router|dense|redundant)\b",
    "busy_by_sparsity": r"\b(?:low|lower|memory|batch|structured|2 : 4|despite|batching)\b",
    "traffic_on_pcie": r"\b(?:host|cpu|nic|offload|offloading|load|loading|checkpoint|no|not|never|fallback|if|slow)\b",
    "precision_widened": r"\b(?:accuracy|quality|overflow|nan|instability|unstable|diverge|diverges|numerical|loss)\b",
}
