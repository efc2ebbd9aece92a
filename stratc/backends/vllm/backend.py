"""The backend `vllm`."""

from __future__ import annotations

from stratc.backends.serving import Serving
from stratc.backends.vllm.arguments import VERSION
from stratc.backends.vllm.lower import lower
from stratc.backends.vllm.print import script

BACKEND = Serving("vllm", "vLLM", VERSION, lower, script)
