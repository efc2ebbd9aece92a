"""The backend `sglang`."""

from __future__ import annotations

from stratc.backends.serving import Serving
from stratc.backends.sglang.arguments import VERSION
from stratc.backends.sglang.lower import lower
from stratc.backends.sglang.print import script

BACKEND = Serving("sglang", "SGLang", VERSION, lower, script)
