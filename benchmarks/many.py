"""How long `stratc lint` takes for many plans, in one process and in several.

    python benchmarks/many.py [--plans 1000] [--jobs 0]

Writes copies of the example plans, each with another first line, to a temporary folder and lints the folder with -j 1
and with -j JOBS (0: one process for each processor); the reports must be the same.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(folder: Path, jobs: int) -> tuple[float, bytes]:
    """Seconds of a whole run, and what it printed."""
    command = [sys.executable, "-m", "stratc", "lint", "--format", "json", "-j", str(jobs), "."]
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, check=False
    )
    return time.perf_counter() - begin, done.stdout


def main() -> int:
    """Print the figures; exit status 1 when the reports differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=0)
    options = parser.parse_args()
    plans = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*/plan.md"))]
    with tempfile.TemporaryDirectory() as place:
        for n in range(options.plans):
            Path(place, f"plan-{n:05d}.md").write_text(f"<!-- {n} -->\n{plans[n % len(plans)]}", encoding="utf-8")
        alone, told = run(Path(place), 1)
        shared, again = run(Path(place), options.jobs)
    print(f"{options.plans} plans, -j 1   {alone:7.2f} s   {alone / options.plans * 1e3:6.1f} ms a plan")
    print(f"{options.plans} plans, -j {options.jobs}   {shared:7.2f} s   {shared / options.plans * 1e3:6.1f} ms a plan")
    same = "the same" if told == again else "NOT the same"
    print(f"{os.cpu_count()} processors, {alone / shared:.2f} times as fast; the reports are {same}")
    return int(told != again)


if __name__ == "__main__":
    sys.exit(main())
