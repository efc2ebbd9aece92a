"""Puts another figure in the place of one that a text writes, in the manner of that text."""

from __future__ import annotations

import re

from stratc.arith.unit import unit_named

_NUMBER = re.compile(r"\d(?:[\d_]*(?:(?:,|\{,\})\d{3})+|[\d_]*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_UNIT = re.compile(r"(?:\s|~|\\[,;: ]|\\(?:text|mathrm|textbf|mathbf)\{\s*)*(?P<unit>[^\s{}\\~]*)")  # LaTeX or not


def rewritten(written: str, figure: str) -> str | None:
    """What is written with its one number replaced; None where it holds none, or several, or another unit.

    The words around the number, the spelling of the unit and signs between thousands stay as they are.

    >>> rewritten("~234MB", "469 MB"), rewritten("8,192 tokens", "10,240 tokens"), rewritten("16 GPUs", "1,024")
    ('~469MB', '10,240 tokens', '1024 GPUs')
    >>> rewritten("16 GB", "3.2 TB"), rewritten("2-4 GB", "3 GB"), rewritten("four", "8")
    ('3.2 TB', None, None)
    >>> print(rewritten(r"16{,}384\\,\\text{ MB}", "1,024 MB"), rewritten(r"16\\,\\text{GB}", "3.2 TB"))
    1{,}024\\,\\text{ MB} 3.2\\,\\text{TB}
    """
    found, new = _NUMBER.findall(written), _NUMBER.match(figure)
    if len(found) != 1 or new is None:
        return None
    before, after = written.split(found[0], 1)
    number = new.group() if "," in found[0] else new.group().replace(",", "")
    if "{,}" in found[0]:
        number = number.replace(",", "{,}")
    unit = _UNIT.match(after)
    wanted, present = figure[new.end() :].strip(), unit["unit"] if unit else after.strip()
    if not wanted or _same(wanted, present) or wanted == after.strip():
        return f"{before}{number}{after}"
    known = unit_named(present)
    if unit is None or known is None or unit_named(wanted) is None:
        return None
    return f"{before}{number}{after[: unit.start('unit')]}{wanted}{after[unit.end('unit') :]}"


def _same(wanted: str, present: str) -> bool:
    unit = unit_named(wanted)
    return wanted == present or (unit is not None and unit == unit_named(present))
