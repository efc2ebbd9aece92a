"""How long one `stratc lint` takes as a whole process, against importing click and lark alone.

    python benchmarks/startup.py [PLAN] [--runs 15]

Runs the two in turn, so that a machine whose speed drifts slows both, and prints medians and the median of the
pairwise ratios.  The budget is a ratio of 4.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PLAN = Path(__file__).parents[1] / "examples" / "moe-30b-128-gpus" / "plan.md"
BUDGET = 4.0
WARM = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # bytecode is kept


def seconds(command: list[str]) -> float:
    """Wall-clock time of a whole process."""
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=WARM, check=False)
    return time.perf_counter() - begin


def main() -> int:
    """Print the figures; exit status 1 when the budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", nargs="?", default=str(PLAN))
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    lint = [sys.executable, "-m", "stratc", "lint", options.plan]
    bare = [sys.executable, "-c", "import click, lark"]
    seconds(lint), seconds(bare)
    pairs = [(seconds(lint), seconds(bare)) for _ in range(options.runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"stratc lint          {statistics.median(a for a, _ in pairs) * 1e3:7.1f} ms")
    print(f"import click, lark   {statistics.median(b for _, b in pairs) * 1e3:7.1f} ms")
    print(f"ratio                {ratio:7.2f}  (budget {BUDGET:g})")
    return int(ratio > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
