"""From a case to a manifest: Megatron-LM's arguments for training, those of vLLM or SGLang for serving."""

from __future__ import annotations

from typing import Any

from stratc.analysis.case import Case
from stratc.backends.backend import Options
from stratc.backends.every import folder_name
from stratc.backends.flags import settings, value
from stratc.backends.kubernetes.manifest import Argument, Manifest
from stratc.backends.megatron.lower import lower as megatron
from stratc.backends.notices import CHOSEN, needs, remark
from stratc.backends.sglang.arguments import SglangServer
from stratc.backends.sglang.lower import lower as sglang
from stratc.backends.vllm.arguments import VllmServer
from stratc.backends.vllm.lower import lower as vllm
from stratc.diagnostics.diagnostic import Diagnostic
from stratc.ir.origin import Assumed, Known, value_or

IMAGES = {"megatron": "megatron-lm:latest", "vllm": "vllm/vllm-openai:latest", "sglang": "lmsysorg/sglang:latest"}
VOCABULARY = 50257  # GPT-2's, for the mock run of a plan that names none
MOCK = ("--tokenizer-type", "NullTokenizer", "--mock-data", "--train-iters", "100", "--lr", "1.0e-4")
FOLLOWERS = 'if [ "$LWS_WORKER_INDEX" != 0 ]; then set -- "$@" --headless%s; fi; exec "$@"'
LONGEST = 52  # letters of a name: pods add their own ends to it
ONE = Known(1, Assumed("one job"))


def lower(case: Case, options: Options) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    """The manifest and remarks on it, or None and the refusals of the framework inside."""
    phase = value(case, "workload.phase")
    if phase and phase.value == "inference":
        return _serving(case, options)
    return _training(case, options)


def _training(case: Case, options: Options) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    arguments, remarks = megatron(case, Options(lenient=options.lenient))
    if arguments is None:
        return None, remarks
    flags = [Argument(word, known) for _, group in arguments.groups for word, known in _words(group)]
    vocabulary = Argument("--vocab-size"), Argument(str(value_or(case.plan.model.vocab_size, VOCABULARY)))
    command = (Argument("torchrun"), Argument("pretrain_gpt.py"), *flags, *vocabulary, *map(Argument, MOCK))
    manifest = Manifest(
        name=_name(case),
        image=IMAGES["megatron"],
        command=command,
        variables=(("CUDA_DEVICE_MAX_CONNECTIONS", "1"),) if arguments.one_connection else (),
        pods=arguments.nodes,
        groups=ONE,
        per_pod=arguments.per_node,
        world=arguments.world,
        trains=True,
    )
    return manifest, (*remarks, *_chosen(manifest))


def _serving(case: Case, options: Options) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    framework = value(case, "strategy.framework")
    engine = "sglang" if framework and "sglang" in str(framework.value).casefold() else "vllm"
    asked = Options(lenient=options.lenient, role=options.role)
    server, remarks = sglang(case, asked) if engine == "sglang" else vllm(case, asked)
    if server is None:
        return None, remarks
    if server.model is None:
        return None, needs(case, "a pod", ["model.name"])
    model = Argument(server.model.value, server.model)
    flags = [Argument(word, known) for word, known in _words(server.arguments)]
    start = ("vllm", "serve") if engine == "vllm" else ("python3", "-m", "sglang.launch_server", "--model-path")
    manifest = Manifest(
        name=_name(case),
        image=IMAGES[engine],
        command=_wrapped(server, (*map(Argument, start), model, *flags)),
        variables=(),
        pods=server.nodes.count,
        groups=Known(server.copies, server.world.origin),
        per_pod=Known(server.nodes.per_node, server.world.origin),
        world=server.world,
        trains=False,
    )
    return manifest, (*remarks, *_chosen(manifest))


def _wrapped(server: VllmServer | SglangServer, words: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """The command of every pod of a group; they find one another by the variables of a LeaderWorkerSet."""
    if server.nodes.count == 1:
        return words
    if isinstance(server, SglangServer):
        own = ("--node-rank", "$(LWS_WORKER_INDEX)", "--dist-init-addr", "$(LWS_LEADER_ADDRESS):5000")
        return (*words, *map(Argument, own))
    local = server.arguments.data_parallel_size_local
    if local:
        own = ("--data-parallel-address", "$(LWS_LEADER_ADDRESS)", "--data-parallel-rpc-port", "13345")
        start = FOLLOWERS % f" --data-parallel-start-rank $$((LWS_WORKER_INDEX * {local.value}))"
    else:
        own = ("--node-rank", "$(LWS_WORKER_INDEX)", "--master-addr", "$(LWS_LEADER_ADDRESS)")
        start = FOLLOWERS % ""
    return (*map(Argument, ("bash", "-c", start, "serve")), *words, *map(Argument, own))


def _words(group: Any) -> list[tuple[str, Known[Any]]]:
    """Flags and values as words of a command."""
    found: list[tuple[str, Known[Any]]] = []
    for flag, known in settings(group):
        found.append((flag, known))
        if known.value is not True:
            whole = isinstance(known.value, float) and known.value.is_integer()
            found.append((str(int(known.value) if whole else known.value), known))
    return found


def _name(case: Case) -> str:
    """A name as the cluster takes it: letters of the basic alphabet, figures and hyphens."""
    model = value(case, "model.name")
    text = folder_name(str(model.value)) if model else "plan"
    plain = "".join(each for each in text if each.isascii())[:LONGEST].strip("-")
    return f"stratc-{plain}" if plain else "stratc-plan"


def _chosen(manifest: Manifest) -> tuple[Diagnostic, ...]:
    found = remark(CHOSEN, f"no image is stated: `{manifest.image}` was written, put your own", manifest.world)
    return (found,) if found else ()
