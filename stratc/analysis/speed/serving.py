"""How fast a plan serves: prompts, tokens, requests that run together, and how many of them the memory holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stratc.analysis.layout.division import division
from stratc.analysis.memory.activations import PREFILL_TOKENS
from stratc.analysis.memory.memory import StageMemory, stages_memory
from stratc.analysis.memory.provision import USABLE
from stratc.analysis.memory.setting import Setting, amount, setting_of
from stratc.analysis.model.architecture import Assumption, architecture
from stratc.analysis.speed.communication import lane, linked
from stratc.analysis.speed.compute import looked_at
from stratc.analysis.speed.server import Load, Server, pass_seconds, token_cache
from stratc.arith.term import plain
from stratc.cost.memory import state_bytes
from stratc.cost.parameters import cached_layers
from stratc.cost.serving import (
    clump,
    pieces,
    pipelined_seconds,
    shared_token_seconds,
    waiting_prompts,
)
from stratc.cost.stacks import ALONE, TOGETHER, Silicon, silicon, stack
from stratc.cost.windows import kept_positions
from stratc.ir.origin import Known
from stratc.ir.scope import PHASES

if TYPE_CHECKING:
    from stratc.analysis.case import Case

ROUNDS = 4  # until times and numbers of a running batch agree within a few percent


@dataclass(frozen=True, slots=True)
class Inference:
    """Prompts, a token of every sequence of the batch, whole requests, and what the cache of a replica holds.

    `prefill_seconds` is the time to the first token: of the whole batch at once, or of one request among those that
    an engine with in-flight batching serves together.  `tokens_per_second` counts generated tokens of all replicas.
    Of measured times, nine in ten lay as far from the estimate as the bounds of `between` do.
    """

    prefill_seconds: float | None
    decode_seconds_per_token: float | None
    tokens_per_second: float | None
    request_seconds: float | None = None
    cache_tokens: float | None = None
    cache_sequences: float | None = None
    prefill_between: tuple[float, float] | None = None
    decode_between: tuple[float, float] | None = None


def inference(case: Case, setting: Setting, assumed: list[Assumption]) -> Inference:
    """Times and rates of serving; parts are None where the plan does not say enough.

    Where prompts and tokens have strategies of their own, each is asked for its part, and neither disturbs the other.
    """
    found = _told(case, setting, assumed)
    together = stack(_word(case, "strategy.framework")).in_flight and (setting.sequences or 1) > 1
    spread = TOGETHER if together else ALONE
    return replace(
        found,
        prefill_between=_between(found.prefill_seconds, spread.prefill),
        decode_between=_between(found.decode_seconds_per_token, spread.decode),
    )


def _between(seconds: float | None, factors: tuple[float, float]) -> tuple[float, float] | None:
    return (seconds * factors[0], seconds * factors[1]) if seconds is not None else None


def _told(case: Case, setting: Setting, assumed: list[Assumption]) -> Inference:
    if all(name not in case.strategy.name.lower() for name in PHASES):
        return _inference(case, setting, assumed)
    every = (case.plan.strategy, *case.plan.further)
    chosen = [next((each for each in every if name in each.name.lower()), None) for name in PHASES]
    prompts, tokens = (
        _apart(replace(case, plan=replace(case.plan, strategy=each, further=())), name) if each else None
        for name, each in zip(PHASES, chosen, strict=True)
    )
    _server(case, setting, assumed)  # says what is assumed of the devices
    return _joined(prompts, tokens, _length(case, "output"))


def _joined(prompts: Inference | None, tokens: Inference | None, outputs: float | None) -> Inference:
    """Devices that compute prompts before devices that make tokens; the slower of the two decides the rate."""
    first = prompts.prefill_seconds if prompts else None
    token = tokens.decode_seconds_per_token if tokens else None
    rates = [each.tokens_per_second for each in (prompts, tokens) if each and each.tokens_per_second]
    return replace(
        tokens or prompts or Inference(None, None, None),
        prefill_seconds=first,
        decode_seconds_per_token=token,
        tokens_per_second=min(rates) if rates else None,
        request_seconds=first + (outputs - 1) * token if first and token and outputs else None,
    )


def _apart(case: Case, name: str) -> Inference:
    """One of the two parts on its own devices; the rate in generated tokens a second that it lets through."""
    setting = _shared_out(setting_of(case, architecture(case).shape, division(case), []), [])
    server, batch = _server(case, setting, []), setting.sequences
    room, sequences = cache_room(case, setting)
    prompt = _length(case, "prompt") or setting.sequence
    outputs, dp = _length(case, "output"), setting.division.dp
    if server is None or batch is None or prompt is None:
        return Inference(None, None, None, None, room, sequences)
    if name == "decode":
        token = _token(server, batch, _context(setting, prompt, outputs))
        return Inference(None, token, batch * dp / token if token else None, None, room, sequences)
    if not server.stack.in_flight:
        first = _prefill(server, batch, prompt)
        each = first / batch
    else:
        group = clump(batch, server.stack.waves)
        each = _shared_prefill(server, group, prompt)
        first = server.stack.answer + max(_shared_prefill(server, 1, prompt), each * (1 + group) / 2)
    return Inference(first, None, outputs * dp / each if outputs else None, None, room, sequences)


def _shared_out(setting: Setting, assumed: list[Assumption]) -> Setting:
    """Latents are whole on every tensor-parallel device; where heads cannot be divided, engines divide sequences."""
    divided, heads = setting.division, plain(setting.whole.heads)
    if setting.whole.latent is None or heads % divided.tp == 0 or setting.sequences is None:
        return setting
    replicas, group = divided.dp * divided.tp, divided.ep * divided.expert_tp
    because = f"{heads:.0f} heads of latent attention cannot be divided among {divided.tp} devices"
    assumed.append(Assumption("strategy.dp", replicas, because))
    each = max(1.0, setting.sequences / divided.tp)
    return replace(setting, division=replace(divided, tp=1, dp=replicas, ep=group, expert_tp=1), sequences=each)


def _inference(case: Case, setting: Setting, assumed: list[Assumption]) -> Inference:
    setting = _shared_out(setting, assumed)
    tokens, sequences = cache_room(case, setting)
    server, batch = _server(case, setting, assumed), setting.sequences
    nothing = Inference(None, None, None, None, tokens, sequences)
    if server is None or batch is None:
        return nothing
    prompt = _length(case, "prompt") or setting.sequence
    outputs = _length(case, "output")
    running = _running(server, tokens, sequences, _context(setting, prompt, outputs))
    first, token = _times(server, batch, running or batch, prompt, outputs)
    whole = first + (outputs - 1) * token if first and token and outputs else None
    made = batch * outputs / whole if whole and outputs else (batch / token if token else None)
    return replace(
        nothing,
        prefill_seconds=first,
        decode_seconds_per_token=token,
        tokens_per_second=made * setting.division.dp if made else None,
        request_seconds=whole,
    )


def _running(server: Server, tokens: float | None, whole: float | None, context: float) -> float | None:
    """Sequences that fit at once: whole ones, or in the middle of their answers where pages come with their tokens."""
    return tokens // context if server.stack.on_demand and tokens and context else whole


def _times(
    server: Server, batch: float, room: float, prompt: float | None, outputs: float | None
) -> tuple[float | None, float | None]:
    """First token and every further one."""
    if server.stack.in_flight and batch > 1 and prompt and outputs and outputs > 1 and server.memory:
        return _together(server, batch, max(1.0, min(batch, room)), prompt, outputs)
    first = _prefill(server, batch, prompt) if prompt else None
    return first, _token(server, batch, _context(server.setting, prompt, outputs))


def _length(case: Case, name: str) -> float | None:
    """Tokens of prompts or of answers, where the plan says a number that can be one."""
    tokens = amount(case, f"workload.{name}_length")
    return tokens if tokens and tokens > 0 else None


def _context(setting: Setting, prompt: float | None, outputs: float | None) -> float:
    """Positions that a token looks at in the mean: the prompt and half of the answer."""
    return prompt + outputs / 2 if prompt and outputs else setting.sequence or prompt or 0.0


def _server(case: Case, setting: Setting, assumed: list[Assumption]) -> Server | None:
    """The replica; None where the peak of a device is not known."""
    peak = amount(case, "hardware.peak_flops")
    if not peak:
        return None
    chip, engine = silicon(_word(case, "hardware.accelerator")), stack(_word(case, "strategy.framework"))
    share, read = amount(case, "hardware.mfu"), amount(case, "hardware.bandwidth_utilization")
    if share is None:
        because = "of the peak in large matrix products, as measured in serving on this generation"
        assumed.append(Assumption("hardware.mfu", chip.matrices, because))
    if read is None:
        because = "of the memory bandwidth, as measured in serving on this generation"
        assumed.append(Assumption("hardware.bandwidth_utilization", chip.memory, because))
    if not case.has("strategy.framework"):
        because = "fused kernels in CUDA graphs, all prompts of the batch at once"
        assumed.append(Assumption("strategy.framework", "none", because))
    bandwidth, reach = amount(case, "hardware.memory_bandwidth"), setting.division.tp
    return Server(
        setting,
        chip,
        engine,
        rate=peak * (share or chip.matrices),
        scores=_wide_peak(case, setting, chip, peak) * (share or chip.attention),
        memory=bandwidth * (read or chip.memory) if bandwidth else None,
        link=lane(case, 1).bandwidth or float("inf"),
        network=_network(case, setting, chip, assumed),
        nodes=max(1.0, reach / linked(case)),
        joined=linked(case),
    )


def _word(case: Case, key: str) -> str:
    fact = case.fact(key)
    return str(fact.value) if isinstance(fact, Known) else ""


def _wide_peak(case: Case, setting: Setting, chip: Silicon, peak: float) -> float:
    """The 16-bit peak, in which attention is computed whatever the weights are; a stated peak counts as stated."""
    fact = case.fact("hardware.peak_flops")
    if isinstance(fact, Known) and fact.is_stated:
        return peak
    return peak * min(1.0, max(plain(setting.recipe.weight), chip.finest) / 2)


def _network(case: Case, setting: Setting, chip: Silicon, assumed: list[Assumption]) -> float:
    stated = amount(case, "hardware.network_bandwidth")
    divided = setting.division
    if stated is None and max(divided.tp, divided.ep * divided.expert_tp) > linked(case):
        because = "a device's adapter as usual for its generation"
        assumed.append(Assumption("hardware.network_bandwidth", chip.network, because))
    return stated or chip.network


def _together(server: Server, clients: float, fitting: float, prompt: float, outputs: float) -> tuple[float, float]:
    """First token and token where so many clients keep asking and so many of them fit at once.

    A new prompt waits for the step that runs and for prompts before it; who waits does not slow the tokens of others.
    """
    waves = server.stack.waves
    single, prefill = (_shared_prefill(server, count, prompt) for count in (1.0, clump(fitting, waves)))
    first, decoding, token = prefill, fitting, 0.0
    for _ in range(ROUNDS):
        step = pass_seconds(server, Load(decoding, 1, prompt + outputs / 2))
        behind = (fitting - 1) / 2 if waves else decoding
        token = plain(shared_token_seconds(step, prefill, behind, outputs))
        queue = waiting_prompts(fitting, prefill, outputs * token, waves)
        first = server.stack.answer + step + max(single, prefill * queue)
        if not waves:
            decoding = (decoding + max(1.0, fitting * outputs * token / (first + outputs * token))) / 2
    outside = (clients - fitting) * (first + outputs * token) / fitting  # by Little's law
    return first + outside, token


def _shared_prefill(server: Server, count: float, prompt: float) -> float:
    """Time of a prompt among so many that are computed in one pass, as far as engines let them."""
    count = max(1.0, min(count, PREFILL_TOKENS / prompt))
    return pass_seconds(server, _prompts(server, count, prompt)) / count


def _prefill(server: Server, batch: float, prompt: float) -> float:
    """All prompts of the batch, in micro-batches where there are stages."""
    p = server.setting.division.pp
    m = pieces(batch, prompt, p)
    return plain(pipelined_seconds(pass_seconds(server, _prompts(server, batch / m, prompt)), m, p))


def _prompts(server: Server, sequences: float, prompt: float) -> Load:
    return Load(sequences, prompt, looked_at(server.setting, prompt))


def _token(server: Server, batch: float, context: float) -> float | None:
    """A token of every sequence; micro-batches circulate through the stages where the batch divides."""
    if not server.memory:
        return None
    p = server.setting.division.pp
    return pass_seconds(server, Load(batch / p if batch % p == 0 else batch, 1, context))


def cache_room(case: Case, setting: Setting) -> tuple[float | None, float | None]:
    """Tokens and whole sequences whose keys and values fit beside weights and activations on the fullest stage."""
    capacity, each = amount(case, "hardware.memory"), token_cache(setting)
    if capacity is None or not each:
        return None, None
    if setting.whole.sliding and setting.sequence:  # a sequence's tokens, not all of which are kept in every layer
        each *= plain(kept_positions(setting.whole.sliding, setting.sequence)) / setting.sequence
    rooms = [
        _room(capacity, stage) / (plain(cached_layers(setting.whole, sum(layers))) * each + _state(setting, layers))
        for stage, layers in zip(stages_memory(setting), setting.division.layers, strict=True)
        if sum(layers)
    ]
    tokens = max(0.0, min(rooms)) if rooms else None
    return tokens, tokens // setting.sequence if tokens is not None and setting.sequence else None


def _state(setting: Setting, layers: tuple[int, int]) -> float:
    """A sequence's states in layers that are no attention, shared out over its tokens."""
    return plain(state_bytes(setting.part, sum(layers))) / (setting.sequence or float("inf"))


def _room(capacity: float, stage: StageMemory) -> float:
    return capacity * USABLE - (stage.static or 0.0) - (stage.activations or 0.0)
