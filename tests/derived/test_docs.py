"""The pages of docs/ that the code prints are what it prints, and the others speak of what there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stratc.config import DEFAULT, config_of, config_schema
from stratc.diagnostics.diagnostic import Severity
from stratc.pages import catalogue, page_of, unknown_rules
from stratc.rules.rule import Rule

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DERIVED = re.compile(r"(<!-- derived: \w+ -->\n).*?(<!-- end of derived -->)", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
KINDS = {"string": "a text", "number": "a number", "array": "a list of texts"}


def renewed(path: Path, derived: str) -> str:
    """A document with its derived part as it is now."""
    return DERIVED.sub(lambda match: f"{match[1]}{derived}{match[2]}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.id.name)
def test_every_rule_has_its_page(rule: Rule, golden: Callable[[Path, str], None]) -> None:
    golden(DOCS / "rules" / f"{rule.id.name}.md", page_of(rule.id.code) or "")


def test_no_page_is_of_a_rule_that_is_no_more() -> None:
    names = {f"{rule.id.name}.md" for rule in catalogue()} | {"README.md"}
    assert {path.name for path in (DOCS / "rules").iterdir()} == names


def test_the_list_of_rules(golden: Callable[[Path, str], None]) -> None:
    rows = ["| code | name | severity | certainty | what it finds |", "|---|---|---|---|---|"]
    for each in catalogue():
        name = f"[{each.id.name}]({each.id.name}.md)"
        summary = each.summary.replace("|", "\\|")
        rows.append(f"| {each.id.code} | {name} | {each.severity.value} | {each.certainty.value} | {summary} |")
    path = DOCS / "rules" / "README.md"
    golden(path, renewed(path, "".join(f"{row}\n" for row in rows)))


def test_the_settings(golden: Callable[[Path, str], None]) -> None:
    path = DOCS / "settings.md"
    golden(path, renewed(path, settings_table(config_schema())))


def settings_table(schema: dict[str, Any]) -> str:
    """A row for each key of a schema, and a table for the keys of a pattern's choices."""
    rows = [*_rows(schema["properties"], schema["$defs"])]
    choices = schema["$defs"]["Choices"]
    inner = [f"| `{name}` | {_kind(each, schema['$defs'])} |" for name, each in choices["properties"].items()]
    lines = ["| key | takes | default | what for |", "|---|---|---|---|", *rows]
    lines += ["", "Keys of a pattern in `per-path`:", "", "| key | takes |", "|---|---|", *inner]
    return "".join(f"{line}\n" for line in lines)


def _rows(properties: dict[str, Any], kinds: dict[str, Any]) -> list[str]:
    return [
        f"| `{name}` | {_kind(each, kinds)} | {_default(each)} | {each['description']} |"
        for name, each in properties.items()
        if name != "$schema"
    ]


def _kind(told: dict[str, Any], kinds: dict[str, Any]) -> str:
    if "$ref" in told:
        kind = kinds[told["$ref"].rpartition("/")[2]]
        return ", ".join(f"`{each}`" for each in kind["enum"]) if "enum" in kind else "keys as below"
    if told.get("type") == "object":
        return f"a table: {_kind(told['additionalProperties'], kinds)}"
    return KINDS[told["type"]]


def _default(told: dict[str, Any]) -> str:
    default = told.get("default")
    return f"`{default}`" if default not in (None, "", []) else "—"


def test_every_setting_is_in_the_example_and_every_example_is_read() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    table = tomllib.loads(example)
    assert set(table) == set(config_schema()["properties"]) - {"$schema"}
    config = config_of(table, "stratc.toml")
    assert config.fail_on is Severity.WARNING is not DEFAULT.fail_on
    assert unknown_rules(config) == ()


@pytest.mark.parametrize("path", sorted([*DOCS.glob("*.md"), DOCS / "rules" / "README.md"]), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    assert [each for each in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / each).exists()] == []
