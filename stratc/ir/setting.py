"""Settings of a framework, as a launch file writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.record import Record, dataclass

if TYPE_CHECKING:
    from stratc.ir.values import Value
    from stratc.text.span import Span


ALONE = -1  # stands in a mapping of a plan, or in a command of which only a part is shown
OPEN = "*"  # names the setting that stands for words of a launch that only a run would tell


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Setting(Record):
    """One setting as written: a flag ("--sequence-parallel"), the path of a key in a configuration
    ("zero_optimization.stage") or a variable of the environment ("$CUDA_DEVICE_MAX_CONNECTIONS").

    `value` is True for a switch, "" where only a run would tell, and the text or number behind it otherwise.  A setting
    that is also a fact of the plan is stated as both.
    `launch` counts the launches of a text; a setting of none of them has `ALONE`.
    """

    name: str
    value: Value
    places: tuple[Span, ...]
    launch: int = 0
    framework: str = ""  # that the launch starts, where the plan may name another one
    strategy: str = ""

    def spans(self) -> tuple[Span, ...]:
        """Where it is written."""
        return self.places
