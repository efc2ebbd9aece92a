"""Machines that running text states beside something else: "3 nodes × 8", "at 80% of 5.3 TB/s"."""

from __future__ import annotations

from stratc.frontends.markdown.facts.passing import COUNT, FREE, KIND, Passing
from stratc.frontends.markdown.words.vocabulary import DEVICE, DEVICE_ROW
from stratc.text.pattern import Pattern

RATE = r"\d[\d,]*(?:\.\d+)? ?(?:TB|GB)(?:/s|ps)"
_IN_GB = f"gb {DEVICE_ROW.replace('|', '|gb ')}"
_PER_SECOND = "tb/s|gb/s|tbps|gbps"
_MEMORY, _WIDTH = "hardware.memory", "hardware.memory_bandwidth"
_USE, _NODE = "hardware.bandwidth_utilization", "hardware.devices_per_node"
_MFU, _PEAK = "hardware.mfu", "hardware.peak_flops"
_KINDS = rf"{DEVICE}s?|\S+ {DEVICE}s?"
_KIND_OF_MEMORY = r"(?:HBM\w*|memory|VRAM|GDDR\w*)"
_OF_ALL = r"\b(?:nodes?|servers?|machines?|total|aggregate\w*|together|altogether)\b"
MACHINES = (
    Passing(
        Pattern(rf"(?i){FREE}(?P<n>{COUNT}) ?[x×]? ?(?P<g>\d{{2,3}} ?GB) {KIND}\b", _IN_GB),
        {"n": "hardware.device_count", "g": _MEMORY},
    ),
    Passing(
        Pattern(
            r"(?i)(?:nodes?|servers?|boxes|machines?)\b[^,;.:×\d]{0,12}[A-Z]*\d{0,3}, "
            r"(?P<n>\d{1,2}) ?[x×] ?(?P<g>\d{2,3} ?GB)\b",
            "gb",
            "node|server|box|machine",
        ),
        {"n": _NODE, "g": _MEMORY},
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}\d{{1,4}} ?(?:nodes|servers|boxes|machines|台) ?(?:of|with|[x×]) ?(?P<n>\d{{1,2}})"
            rf"(?=[,;.)] ?|$| ?[x×] ?[A-Z]| {KIND})",
            "node|server|box|machine|台",
        ),
        {"n": _NODE},
    ),
    Passing(Pattern(r"(?i)(?:单卡|每卡) ?(?P<t>\d{2,4} ?TFLOPS?)", "单卡|每卡"), {"t": "hardware.peak_flops"}),
    Passing(
        Pattern(rf"(?i){FREE}\d{{1,3}} ?[x×] ?(?P<n>\d{{1,2}})-{DEVICE}\b", f"-{DEVICE_ROW.replace('|', '|-')}"),
        {"n": _NODE},
    ),
    Passing(Pattern(r"每(?:台|个?节点) ?(?P<n>\d{1,2}) ?(?:[x×]|NPU|GPU|卡|张)", "每"), {"n": _NODE}),
    Passing(Pattern(rf"(?i)(?:bandwidth|带宽)\W{{0,3}}(?P<r>{RATE})", "bandwidth|带宽"), {"r": _WIDTH}, alone=True),
    Passing(
        Pattern(
            rf"(?i)(?P<r>{RATE})(?: per {DEVICE}| each)? ?(?:at|[x×*]|with|@) ?(?P<u>\d{{2}} ?%)", "%", _PER_SECOND
        ),
        {"r": _WIDTH, "u": _USE},
        alone=True,
    ),
    Passing(
        Pattern(
            rf"(?i)(?P<r>{RATE})(?:,| ?\(| with| at)? ?"
            r"(?:(?:utili[sz]ation|efficiency|usage|利用率)(?: rate)?(?: of|:)? ?(?P<u>\d{2} ?%)"
            r"|(?P<v>\d{2} ?%) (?:usable|attainable|achievable|utili[sz]ation|efficiency|can be used))",
            "%",
            _PER_SECOND,
        ),
        {"r": _WIDTH, "u": _USE, "v": _USE},
        alone=True,
    ),
    Passing(
        Pattern(
            r"(?i)(?P<t>\d{2,4} ?TFLOPS?)(?: per \w+)?(?:,| ?\(| with| at)? ?"
            r"(?:an? )?(?:expected|assumed|assuming) MFU(?: of|:)? (?P<u>\d{2} ?%)",
            "mfu",
            "tflop",
        ),
        {"t": "hardware.peak_flops", "u": "hardware.mfu"},
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:at|with|and|assum\w+|on) (?P<u>\d{2} ?%) of (?:the |its )?(?:peak )?(?:memory |HBM |VRAM )?"
            r"bandwidth"
            r"|\bat full bandwidth\b[^%.;]{0,30} at (?P<v>\d{2} ?%)",
            "bandwidth",
            "% of |at full",
        ),
        {"u": _USE, "v": _USE},
        alone=True,
    ),
    Passing(
        Pattern(
            rf"(?i){FREE}\d{{1,5}} ?(?:{DEVICE}s? ?)?[x×*] ?(?P<t>\d{{2,4}} ?TFLOPS?)(?: \([A-Z0-9]+\))? ?"
            r"(?:[x×*]|at|and) ?(?P<u>\d{2} ?%)|\bMFU\W{1,20}(?P<w>\d{2} ?%) of (?P<r>\d{3,4} ?TFLOPS?)"
            rf"|\bat (?P<v>\d{{2}} ?%) of \d{{1,5}} ?[x×*] ?(?P<s>\d{{2,4}} ?TFLOPS?)",
            "tflop",
            "%",
        ),
        dict.fromkeys("tsr", _PEAK) | dict.fromkeys("uvw", _MFU),
    ),
    Passing(
        Pattern(
            rf"(?i)(?P<u>\d{{2}} ?%) of (?:the |its )?(?:{RATE} )?(?P<r>{RATE})"
            r"(?=[\s:,;(=.]|$)(?! ?(?:per direction|over|between|link))",
            "%",
            _PER_SECOND,
        ),
        {"u": _USE, "r": _WIDTH},
        alone=True,
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:at|with|assum\w+|reach\w*) (?P<u>\d{2} ?%) of (?:the |its |their |this )?(?:dense )?"
            r"(?:FP8 |BF16 |FP16 |FP4 |theoretical |dense )*peak\b(?! (?:memory |HBM )?bandwidth| memory)",
            "peak",
            "%",
        ),
        {"u": _MFU},
    ),
    Passing(
        Pattern(
            r"(?i)(?:^\W*|FLOPS?(?: peak)?, )at (?P<u>\d{2} ?%)(?: (?:utili[sz]ation|MFU|efficiency))?,?"
            r"(?: (?:this|that|it|these|they))?(?: (?:makes?|gives?|is|are|yields?|delivers?|leaves?))? ?"
            r"~?\d[\d,.]* ?[TPE]FLOPS?",
            "flop",
            "%",
        ),
        {"u": _MFU},
    ),
    Passing(
        Pattern(
            r"(?i)FLOPS?\b[^.;:%]{0,24}, of which (?:we|it|they) (?:plan|count|reckon|assume|expect|get|reach|use)"
            r"(?: on| with)?(?: about| roughly)? (?P<u>\d{2} ?%)",
            "flop",
            "of which",
        ),
        {"u": _MFU},
    ),
    Passing(
        Pattern(
            r"(?i)(?P<t>\d[\d,.]* ?[TP]FLOPS?) (?:(?:dense|FP8|BF16|FP16) ){1,2}(?:peak )?(?:per|on an?|of an?|each) ?"
            rf"(?:{DEVICE}|$)|(?P<s>\d[\d,.]* ?[TP]FLOPS?) (?:(?:dense|FP8|BF16|FP16) ){{1,2}}peak\b",
            "flop",
            "fp|bf16|dense",
        ),
        {"t": _PEAK, "s": _PEAK},
    ),
    Passing(
        Pattern(
            r"(?i)^\W*(?:node|server|machine|host|chassis)s?\W{1,6}(?:\d{1,4},? (?:with|of) )?"
            rf"(?P<n>\d{{1,2}}) (?:{_KINDS})\b(?! (?:nodes|servers|in total|altogether))",
            "node|server|machine|host|chassis",
        ),
        {"n": _NODE},
    ),
    Passing(
        Pattern(
            rf"(?i)(?:\b(?:on|with|using)|,) (?P<g>\d{{2,3}} ?GB) (?:{KIND})\b"
            rf"|\b(?:{KIND}) with (?P<h>\d{{2,3}} ?GB)(?: of)?(?: HBM\w*| memory| VRAM)?(?:,| and) {RATE}",
            "gb",
        ),
        {"g": _MEMORY, "h": _MEMORY},
    ),
    Passing(
        Pattern(
            rf"(?i)\b(?:{KIND}) with \d{{2,3}} ?GB(?: of)?(?: HBM\w*| memory| VRAM)?(?:,| and) (?P<r>{RATE})"
            r"(?! (?:link|net|nv|per dir))",
            "gb",
            _PER_SECOND,
        ),
        {"r": _WIDTH},
    ),
    Passing(
        Pattern(
            rf"(?i)^(?:(?!{_OF_ALL})[^;])*?(?:\d{{2,3}} ?GB (?:of )?{_KIND_OF_MEMORY}(?: per {DEVICE}| each)?"
            r"(?:,| and) "
            rf"(?P<r>{RATE})|(?P<s>{RATE}) (?:of )?{_KIND_OF_MEMORY} bandwidth\b)",
            "gb/s|gbps|tb/s|tbps",
        ),
        {"r": _WIDTH, "s": _WIDTH},
        alone=True,
    ),
    Passing(
        Pattern(
            rf"(?i)(?P<u>\d{{2}} ?%) of (?:that|it|this)[,:( ]{{1,3}}(?:i\.e\.,? |or |thus )?{RATE}"
            rf"|{RATE},? at (?P<v>\d{{2}} ?%) ?(?:=|is|gives|makes) ?~?{RATE}|{RATE} \((?P<w>\d{{2}} ?%)\)",
            "%",
            _PER_SECOND,
        ),
        {"u": _USE, "v": _USE, "w": _USE},
        alone=True,
    ),
    Passing(
        Pattern(
            r"(?i)\b(?:offers?|has|have|provides?|with) (?P<t>\d[\d,.]* ?[TP]FLOPS) (?:dense )?(?:BF16|FP16|FP8)"
            r"(?: dense)?(?=[,;.)]|$)",
            "flops",
            "fp|bf16",
        ),
        {"t": _PEAK},
    ),
)
