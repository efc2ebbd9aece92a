"""Who may import whom: the law, in full, and its check."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "stratc"

MAY_IMPORT = {
    "errors": "",
    "record": "",
    "resources": "",
    "text": "record",
    "arith": "record text",
    "diagnostics": "record text",
    "ir": "record text arith",
    "cost": "record arith",
    "config": "record errors diagnostics text",
    "codec": "resources text arith diagnostics ir",
    "catalog": "record errors arith ir text",
    "syntax": "resources text arith diagnostics",
    "frontends": "record errors text arith diagnostics ir syntax codec",
    "passes": "arith ir catalog errors",
    "analysis": "record text arith ir cost catalog",
    "rules": "record arith diagnostics ir analysis config",
    "backends": "errors text arith diagnostics ir syntax analysis codec",
    "reporters": "text arith diagnostics ir codec",
    "pipeline": "errors config text diagnostics arith ir frontends passes analysis rules backends codec syntax",
    "mending": "config text diagnostics frontends pipeline",
    "pages": "config diagnostics rules backends",
    "cli": "record errors config text diagnostics syntax codec reporters backends pages pipeline mending",
}

MARKDOWN_MAY_IMPORT = {  # the rooms of the Markdown reader; its own modules, beside them, may import all
    "words": "",
    "document": "words",
    "workings": "words document",
    "layout": "words document",
    "devices": "words document workings layout",
    "scoping": "words document workings layout devices",
    "facts": "words document workings layout devices scoping",
    "arithmetic": "words document workings facts",
    "claims": "words document workings layout scoping facts arithmetic",
    "concepts": "words document facts",
    "links": "words document facts",
    "runs": "words document workings scoping facts",
}
ANALYSIS_MAY_IMPORT = {  # the rooms of the analyses
    "said": "",
    "frameworks": "said",
    "model": "said",
    "layout": "said frameworks model",
    "memory": "said frameworks model layout",
    "speed": "model layout memory",
    "figures": "said frameworks model layout memory",
    "estimates": "model layout memory speed",
}
INNER = {"frontends/markdown": MARKDOWN_MAY_IMPORT, "analysis": ANALYSIS_MAY_IMPORT}
GROUND = {"frontends/markdown": "", "analysis": "case framework words"}  # modules beside rooms that all may import

MAY_USE = {
    "lark": ("syntax",),
    "pydantic": ("codec", "catalog", "config.py"),
    "jsonschema": ("codec", "backends"),
    "graphviz": ("backends/graphviz.py",),
    "click": ("cli",),
    "yaml": ("frontends/launch/yaml.py", "backends"),
    "numpy": ("search", "arith/functions.py"),
}


def imports(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module)
            case ast.ImportFrom(level=level):
                assert level == 0, f"{path}: imports are absolute"
            case ast.Import(names=aliases):
                found |= {alias.name for alias in aliases}
    return found


def folder(path: Path) -> str:
    """The room of the house that a file stands in."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def room(path: Path, house: str) -> str:
    """The room inside another that a file stands in, "" beside them."""
    *rooms, _ = path.relative_to(ROOT / house).parts
    return rooms[0] if rooms else ""


FILES = [path for path in sorted(ROOT.rglob("*.py")) if folder(path) not in ("__init__", "__main__")]
INSIDE = [(house, path) for house in INNER for path in sorted((ROOT / house).rglob("*.py"))]
FREE = {("frontends/markdown", "")}  # what may import every room


@pytest.mark.parametrize("law", [MAY_IMPORT, *INNER.values()], ids=["house", *INNER])
def test_the_law_has_no_circle(law: dict[str, str]) -> None:
    order = TopologicalSorter({name: allowed.split() for name, allowed in law.items()}).static_order()
    assert set(order) == set(law)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_import_only_what_the_law_allows(path: Path) -> None:
    own = folder(path)
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("stratc.")}
    assert rooms - {own} <= set(MAY_IMPORT[own].split())


@pytest.mark.parametrize(
    ("house", "path"),
    [(house, path) for house, path in INSIDE if (house, room(path, house)) not in FREE],
    ids=lambda each: each if isinstance(each, str) else str(each.relative_to(ROOT)),
)
def test_rooms_inside_a_room_import_only_what_its_law_allows(house: str, path: Path) -> None:
    package, law = f"stratc.{house.replace('/', '.')}.", INNER[house]
    rooms = {name.removeprefix(package).split(".")[0] for name in imports(path) if name.startswith(package)}
    allowed = f"{law.get(room(path, house), '')} {GROUND[house]}"
    assert rooms - {room(path, house)} <= set(allowed.split())


@pytest.mark.parametrize("house", INNER)
def test_the_law_knows_every_room_inside_a_room(house: str) -> None:
    assert {room(path, house) for each, path in INSIDE if each == house} - {""} == set(INNER[house])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_libraries_are_used_where_the_law_allows(path: Path) -> None:
    here = path.relative_to(ROOT).as_posix()
    used = {name.split(".")[0] for name in imports(path)} & set(MAY_USE)
    strays = [name for name in used if not any(here.startswith(place) for place in MAY_USE[name])]
    assert not strays
