"""vLLM's arguments as a script; every value is quoted, every line names the plan's line."""

from __future__ import annotations

from stratc.backends.backend import Where
from stratc.backends.flags import settings
from stratc.backends.launchers import printed
from stratc.backends.quoting import argument, comment
from stratc.backends.serving import NO_NAME
from stratc.backends.vllm.arguments import VERSION, VllmServer

HEAD = """\
#!/usr/bin/env bash
# vLLM server, written by stratc; arguments of vLLM {version}.
# {run}
set -euo pipefail
"""
REPLICAS = """\
NODE_ARGS=(--data-parallel-address "${MASTER_ADDR:-localhost}" --data-parallel-rpc-port "${MASTER_PORT:-13345}")
if [[ "${NODE_RANK:-0}" != 0 ]]; then
  NODE_ARGS+=(--headless --data-parallel-start-rank "$((NODE_RANK * %s))")
fi
"""
SPREAD = """\
NODE_ARGS=(--node-rank "${NODE_RANK:-0}" --master-addr "${MASTER_ADDR:-localhost}")
if [[ "${NODE_RANK:-0}" != 0 ]]; then NODE_ARGS+=(--headless); fi
"""


def script(server: VllmServer, where: Where) -> str:
    """The text of the script that starts the server."""
    run = (
        "Run it on every node, with NODE_RANK and MASTER_ADDR set." if server.nodes.count > 1 else "Run it on the node."
    )
    world = f"# {server.world.value} devices{comment(server.world, where, ', ')}\n"
    served = f"MODEL_NAME={argument('', server.model).strip()}{comment(server.model, where)}\n" if server.model else ""
    model = '"${MODEL:-$MODEL_NAME}"' if server.model else NO_NAME
    lines = [f"{argument(flag, known)}{comment(known, where)}" for flag, known in settings(server.arguments)]
    nodes = _nodes(server)
    tail = ' "${NODE_ARGS[@]}"' if nodes else ""
    block = world + printed("SERVE_ARGS", lines)
    start = f'vllm serve {model} "${{SERVE_ARGS[@]}}"{tail} "$@"\n'
    return "\n".join(part for part in (HEAD.format(version=VERSION, run=run), served, block, nodes, start) if part)


def _nodes(server: VllmServer) -> str:
    local = server.arguments.data_parallel_size_local
    if local:
        return REPLICAS.replace("%s", str(local.value))
    return SPREAD if server.arguments.nnodes else ""
