"""How the time of `stratc lint` grows with a document: reading, believing, judging and showing, in seconds a megabyte.

    python benchmarks/growth.py [--largest 10240] [--distinct]

Documents of 10 KB, 40 KB, … up to the largest (in KB) are made of the example plans, one after another; with
`--distinct` every figure in them is another one, so that every fact has hundreds of values.  Linear means that the
seconds a megabyte stay the same from 160 KB on; the exit status is 1 where the last size takes more than three times as
long a megabyte as the 160 KB do.
"""

from __future__ import annotations

import argparse
import gc
import random
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from stratc.frontends.frontend import Reading  # noqa: E402  # the checkout beside this file
from stratc.pipeline import judge, read, understand  # noqa: E402
from stratc.reporters import text  # noqa: E402
from stratc.text.source import Source  # noqa: E402

STEADY, WORST = 160, 3.0


def document(size: int, distinct: bool) -> Source:
    """A document of that many characters."""
    plans = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*/plan.md"))]
    whole = "\n".join(plans) + "\n"
    grown = (whole * (size // len(whole) + 1))[:size]
    if distinct:
        source = random.Random(7)  # the same document every time
        grown = re.sub(r"\d+", lambda match: str(source.randint(1, 10 ** len(match[0]))), grown)
    return Source("plan.md", grown)


def timed(source: Source) -> dict[str, float]:
    """Seconds of each step; judging includes believing, which is also shown alone."""
    marks = [time.perf_counter()]

    def mark() -> None:
        marks.append(time.perf_counter())

    reading: Reading = read(source)
    mark()
    understand(reading)
    mark()
    report = judge(reading)
    mark()
    text.render([report])
    mark()
    names = ("read", "believe", "judge", "show")
    return {name: after - before for name, before, after in zip(names, marks, marks[1:], strict=False)}


def main() -> int:
    """Print a row for every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=10 * 1024, help="KB")
    parser.add_argument("--distinct", action="store_true")
    options = parser.parse_args()
    gc.set_threshold(100_000)  # as the command does
    timed(document(4096, options.distinct))  # imports and grammars
    print("      KB     read  believe    judge     show    total    s/MB")
    rates: dict[int, float] = {}
    size = 10
    while size <= options.largest:
        took = timed(document(size * 1024, options.distinct))
        total = sum(took.values()) - took["believe"]
        rates[size] = total * 1024 / size
        steps = " ".join(f"{seconds:8.2f}" for seconds in took.values())
        print(f"{size:8d} {steps} {total:8.2f} {rates[size]:7.2f}", flush=True)
        size *= 4
    last = max(rates)
    return int(last > STEADY and rates[last] > WORST * rates[STEADY])


if __name__ == "__main__":
    sys.exit(main())
