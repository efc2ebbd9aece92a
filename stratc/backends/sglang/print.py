"""SGLang's arguments as a script; every value is quoted, every line names the plan's line."""

from __future__ import annotations

from stratc.backends.backend import Where
from stratc.backends.flags import settings
from stratc.backends.launchers import printed
from stratc.backends.quoting import argument, comment
from stratc.backends.serving import NO_NAME
from stratc.backends.sglang.arguments import VERSION, SglangServer

HEAD = """\
#!/usr/bin/env bash
# SGLang server, written by stratc; arguments of SGLang {version}.
# {run}
set -euo pipefail
"""
SPREAD = 'NODE_ARGS=(--node-rank "${NODE_RANK:-0}" --dist-init-addr "${MASTER_ADDR:-localhost}:${MASTER_PORT:-5000}")\n'


def script(server: SglangServer, where: Where) -> str:
    """The text of the script that starts the server."""
    several = server.nodes.count > 1
    run = "Run it on every node, with NODE_RANK and MASTER_ADDR set." if several else "Run it on the node."
    world = f"# {server.world.value} devices{comment(server.world, where, ', ')}\n"
    served = f"MODEL_NAME={argument('', server.model).strip()}{comment(server.model, where)}\n" if server.model else ""
    model = '"${MODEL:-$MODEL_NAME}"' if server.model else NO_NAME
    lines = [f"{argument(flag, known)}{comment(known, where)}" for flag, known in settings(server.arguments)]
    tail = ' "${NODE_ARGS[@]}"' if several else ""
    start = f'python3 -m sglang.launch_server --model-path {model} "${{SERVE_ARGS[@]}}"{tail} "$@"\n'
    head, block = HEAD.format(version=VERSION, run=run), world + printed("SERVE_ARGS", lines)
    return "\n".join(part for part in (head, served, block, SPREAD if several else "", start) if part)
