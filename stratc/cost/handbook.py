"""The cost model as Markdown, made from its letters, docstrings, ledgers and references."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getdoc, getmembers, isfunction
from pathlib import Path
from pkgutil import iter_modules

import stratc.cost
from stratc.arith.term import Named, Number
from stratc.cost.compute import logit_flops, mlp_flops, router_flops, score_flops
from stratc.cost.memory import weight_bytes
from stratc.cost.notation import NOTATION
from stratc.cost.parameters import attention_parameters, embedding_parameters, mlp_parameters, router_parameters

BEGIN, END = "<!-- derived: cost model -->", "<!-- end of derived -->"
FOLDER = Path(__file__).parent
KEY = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")


class Letter(Named):
    """A letter of the notation, shown as itself."""

    def __str__(self) -> str:
        return self.name


def laws() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public formula with the module that it stands in."""
    for info in iter_modules(stratc.cost.__path__):
        if info.name in ("handbook", "ledger", "notation", "shape", "simulation"):
            continue
        module = import_module(f"stratc.cost.{info.name}")
        for name, law in getmembers(module, isfunction):
            if law.__module__ == module.__name__ and not name.startswith("_"):
                yield info.name, law


def references() -> dict[str, dict[str, str]]:
    """Papers and manuals by key."""
    found: dict[str, dict[str, str]] = tomllib.loads((FOLDER / "references.toml").read_text(encoding="utf-8"))
    return found


def cited(law: Callable[..., object]) -> list[str]:
    """Keys of the references that the docstring of a formula names, in their order."""
    _, _, source = (getdoc(law) or "").partition("Source:")
    return [key for key in dict.fromkeys(KEY.findall(source)) if key in references()]


def handbook() -> str:
    """Letters, ledgers of a layer, laws by module, and what they cite."""
    parts = ["## Letters", "", "| letter | stands for |", "|---|---|"]
    parts += [f"| `{letter}` | {meaning} |" for letter, meaning in NOTATION.items()]
    parts += ["", "## A layer, and the ends of the model", "", *_ledger(), ""]
    parts += ["## Laws", ""]
    parts += ["| where | law | what it gives | formula | sources |", "|---|---|---|---|---|"]
    parts += [_row(module, law) for module, law in laws()]
    parts += ["", "## References", "", *_bibliography()]
    return "\n".join(parts) + "\n"


def _ledger() -> Iterator[str]:
    h, f, a, k, g, E, v, s, w = (Letter(letter, 2.0) for letter in "hfakgEvsw")
    rows: list[tuple[str, Number, Number | None]] = [
        ("attention: projections", attention_parameters(h, a, k, g), 2 * attention_parameters(h, a, k, g)),
        ("attention: scores", 0, score_flops(a, g, s)),
        ("feed-forward block or one expert", mlp_parameters(h, f), mlp_flops(h, f)),
        ("the same, gated", mlp_parameters(h, f, 3), mlp_flops(h, f, 3)),
        ("router", router_parameters(h, E), router_flops(h, E)),
        ("embedding", embedding_parameters(v, h), None),
        ("output layer", v * h, logit_flops(h, v)),
    ]
    yield "| component | parameters | FLOPs of a token, forward | bytes of weights |"
    yield "|---|---|---|---|"
    for name, count, flop in rows:
        stored = weight_bytes(count, w) if count else 0
        yield f"| {name} | {count} | {'0' if flop is None else flop} | {stored} |"


def sentence(law: Callable[..., object]) -> str:
    """What a law gives."""
    return _flat((getdoc(law) or "").partition("\n\n")[0])


def formula(law: Callable[..., object]) -> str:
    """How a law is written, "" where its sentence says it all."""
    paragraphs = (getdoc(law) or "").split("\n\n")
    return _flat(paragraphs[1]) if len(paragraphs) > 1 and not paragraphs[1].startswith(_OTHER) else ""


def _row(module: str, law: Callable[..., object]) -> str:
    cells = (f"{module}.py", f"`{law.__name__}`", sentence(law), formula(law), ", ".join(cited(law)))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


_OTHER = ("Source:", "Holds", "Neglects", ">>>")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _bibliography() -> Iterator[str]:
    for key, entry in sorted(references().items()):
        yield f"- **{key}**: {entry['authors']}: [{entry['title']}]({entry['url']})"


def renewed(text: str) -> str:
    """A document whose derived part is the present handbook."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{handbook()}\n{END}{after or chr(10)}"
