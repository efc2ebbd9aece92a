"""The words with which a sentence counts one thing for another, each as a letter of the shapes in `document/tallies`.

Nouns: `d` device, `m` machine, `c` rack, `r` replica, `s` stage, `k` rank, `g` group, `P` the pool of all, `D` what is
neither.  Axes of groups: `A`, with the word "parallel" `l`.  Determiners: `e` each, `p` per, `a`, `1` one, `2` both,
`t` the, `L` all.  Verbs: `h` holds, `v` fills (takes, spans), `b` is bought.  Ties: `o` of, `w` with, `i` in, `u` on,
`f` for, `&` and, `=` makes, `W` in all.  Turning away: `!` of what is lost, former or bounded, `?` of what is only
thought of.  `j` may stand before any noun.
"""

from __future__ import annotations

NOUNS = {
    "d": "device",
    "m": "node",
    "c": "rack",
    "r": "replica",
    "s": "stage",
    "k": "rank",
    "g": "group",
    "P": "pool",
}
_WORDS = {
    "d": "gpu 卡 张卡 张",
    "m": "node server machine box host chassis tray board 节点 个节点 台服务器 台机器 机器 服务器 台",
    "c": "rack cabinet",
    "r": "replica instance engine copy copie 副本 个副本 实例 个实例",
    "s": "stage",
    "k": "rank processe position",
    "g": "group ring",
    "P": "pool cluster fleet partition allocation slice quota reservation grant world",
    "D": "superchip module package die 芯",
    "A": "tp ep dp pp tensor expert data pipeline",
    "l": "parallel parallelism",
    "e": "each every apiece",
    "p": "per",
    "a": "a an",
    "1": "one single",
    "t": "the our its their these this",
    "2": "both",
    "L": "all",
    "h": "has have having hold holding contain carry carrie offer provide comprise consist made built formed "
    "fitted equipped get house come expose feature pack include ship mount bear accommodate",
    "v": "span spanning cover fill filling occupy occupie take taking need use using cross stretch stretche "
    "extend reache fit stay sit run require",
    "b": "reserve reserved book booked order ordered approve approved rent rented lease leased request "
    "requested purchase purchased procure procured allocate allocated grant granted budget bought buy own",
    "o": "of",
    "w": "with",
    "i": "in inside within",
    "u": "on across over from onto into through",
    "f": "for",
    "=": "i.e thus hence so make making give giving yield total totaling totalling therefore is are",
    "W": "altogether overall together sum",
    "!": "instead not than spare lose lost losing fail failed failing failure down left remain remaining free "
    "idle standby old former previous earlier other another extra additional further least most max "
    "maximum min minimum canary shadow between rather never no without half either or scale scaled "
    "scaling autoscale autoscaling 原 原来",
    "?": "if would could might may unless suppose",
    "&": "and 和",
    "j": "identical independent equal separate distinct size active full whole entire complete such same own "
    "compute model serving training pcie sxm hgx dgx nvidia amd blackwell hopper grace inference physical "
    "just exactly only then always therefore spread distributed housed standing installed used virtual "
    " such nvl36 nvl72 nvl144",
}
LETTERS = {word: letter for letter, line in _WORDS.items() for word in line.split()}
COUNTED = frozenset(word for word, letter in LETTERS.items() if letter in NOUNS)
"""Stems of which a sentence has one wherever it counts something (or the name of an accelerator)."""
AXES = {"tp": "tp", "tensor": "tp", "ep": "ep", "expert": "ep", "dp": "dp", "data": "dp", "pp": "pp", "pipeline": "pp"}
BOARDS = frozenset(("dgx", "hgx"))  # whose "systems" are machines
OF_A_BOARD = 8  # devices of such a machine
FULLEST = 16  # devices of a server, of which hardly any has more than half as many
