"""stratc estimate: what a plan costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from stratc.cli import options
from stratc.cli.files import load, plan_in, source_of
from stratc.cli.main import CLEAN
from stratc.cli.screen import coloured, send, show
from stratc.diagnostics.diagnostic import Severity
from stratc.errors import UsageError
from stratc.pipeline import costs, ground, place_in, read
from stratc.text.source import Source


@click.command("estimate")
@click.argument("path", required=False)
@options.form("text", "json")
@click.option("--batch", metavar="FILE.jsonl", help="A JSON plan a line; gives one JSON result a line.")
@click.option("--explain", "item", metavar="ITEM", help="The working of one figure, such as memory.activations.")
@click.option("--stage", type=int, help="The stage whose memory is explained; the fullest one unless given.")
@options.stdin_name
def estimate_command(
    path: str | None, form: str, batch: str | None, item: str | None, stage: int | None, stdin_filename: str
) -> int:
    """Show what a plan costs: parameters, memory per stage and device, FLOPs, communication, time.

    Figures in JSON are bytes, seconds and FLOP, of one device unless the name says otherwise. What cannot be computed
    from what the plan says is null, and `missing` names the keys that would settle it.
    """
    if batch is not None:
        for line in _batch(source_of(batch, stdin_filename)):
            send(line)
        return CLEAN
    if path is None:
        raise UsageError("estimate takes the path of a plan, or --batch FILE.jsonl")
    source = plan_in(path, stdin_filename)
    if item is not None:
        send(_explained(source, item, stage, form))
        return CLEAN
    results = costs(read(source, load))
    if form == "json":
        from stratc.reporters.json import document

        others = [{"name": name, **told} for name, told in results[1:]]
        send(document({"version": 1, **results[0][1], **({"further": others} if others else {})}))
        return CLEAN
    from stratc.reporters.estimate import render

    titles = [f"{source.name}: {name}" if name else source.name for name, _ in results]
    tables = [render(title, told, colour=coloured()) for title, (_, told) in zip(titles, results, strict=True)]
    show("\n".join(tables))
    return CLEAN


def _explained(source: Source, item: str, stage: int | None, form: str) -> str:
    """The ground of one figure as a text or a JSON document."""
    reading = read(source, load)
    found = ground(reading, item, stage)
    if form == "json":
        from stratc.codec.explanation import explanation_json
        from stratc.reporters.json import document

        return document(explanation_json(found, {source.name: source for source in reading.sources}))
    from stratc.reporters.explanation import render

    return render(found, place_in(reading.sources), colour=coloured())


def _batch(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if line.strip():
            yield json.dumps(_one(line, number), ensure_ascii=False, allow_nan=False) + "\n"


def _one(line: str, number: int) -> dict[str, Any]:
    """The result of one plan; whatever is wrong with it stays on its line."""
    reading = read(Source(f"line {number}.json", line))
    wrong = [each.message for each in reading.diagnostics if each.severity is Severity.ERROR]
    if not reading.statements:
        return {"error": "; ".join(wrong) or "nothing is said"}
    try:
        told = costs(reading)[0][1]
    except ArithmeticError as error:  # a plan of zeros
        return {"error": f"cannot be computed: {error}"}
    if told["parameters"] is None and told["memory"] is None:
        return {"error": f"not said: {', '.join(told['missing'])}"}
    return {"version": 1, **told}
