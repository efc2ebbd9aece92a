"""Pipeline schedules run event by event: when every device computes what, and what it keeps meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

FORWARD, BACKWARD, INPUT, WEIGHT = "forward", "backward", "input", "weight"
"""Passes of a micro-batch through a stage; a backward pass may be parted into those of the input and the weights."""

SCHEDULES = ("gpipe", "1f1b", "interleaved", "zb-h1", "zb-v", "dualpipe")


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of a micro-batch through a stage; `way` tells the directions of a bidirectional pipeline apart."""

    kind: str
    stage: int
    micro_batch: int
    way: int = 0


Turn = tuple[Pass, ...]
"""What a device does at once: one pass, or a forward and a backward pass that hide each other's communication."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of the passes of every stage, and of handing a micro-batch from one stage to the next.

    The backward pass of a stage is that of its input and that of its weights together.
    """

    forward: tuple[float, ...]
    input: tuple[float, ...]
    weight: tuple[float, ...]
    transfer: float = 0.0

    def of(self, each: Pass) -> float:
        """Seconds of a pass."""
        if each.kind == BACKWARD:
            return self.input[each.stage] + self.weight[each.stage]
        table = self.forward if each.kind == FORWARD else self.input if each.kind == INPUT else self.weight
        return table[each.stage]


def equal_costs(stages: int, forward: float = 1.0, backward: float = 2.0, transfer: float = 0.0) -> Costs:
    """The costs of equal stages, the halves of their backward pass equal too."""
    half = (backward / 2,) * stages
    return Costs((forward,) * stages, half, half, transfer)


@dataclass(frozen=True, slots=True)
class Span:
    """A pass on a device with its start and end in seconds."""

    device: int
    task: Pass
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """What every device does, in the order of time."""

    spans: tuple[tuple[Span, ...], ...]

    @property
    def seconds(self) -> float:
        """Time from the first start to the last end."""
        return max(span.end for row in self.spans for span in row)

    @property
    def bubble(self) -> float:
        """Share of the devices' time in which they wait, in the mean."""
        busy = sum(span.end - span.start for row in self.spans for span in row)
        return 1 - busy / (self.seconds * len(self.spans))

    def in_flight(self, device: int) -> int:
        """Most micro-batches of any of its stages whose activations a device keeps at once.

        Activations live from the start of the forward pass to the end of the backward pass, its weights included.
        """
        events = [(span.start, 1) for span in self.spans[device] if span.task.kind == FORWARD]
        events += [(span.end, -1) for span in self.spans[device] if span.task.kind in (BACKWARD, WEIGHT)]
        most = alive = 0
        for _, change in sorted(events):
            alive += change
            most = max(most, alive)
        return most


def simulate(schedule: str, costs: Costs, micro_batches: int, devices: int) -> Timeline:
    """The timeline of a step under a schedule.

    `costs` counts the stages of the whole model: one a device; as many virtual ones as the interleaved schedule has,
    dealt out in turn; two a device for ZB-V, there and back again.  Raises ValueError where the schedule does not
    exist for these numbers.

    >>> timeline = simulate("1f1b", equal_costs(4), micro_batches=8, devices=4)
    >>> timeline.seconds, round(timeline.bubble, 4), [timeline.in_flight(device) for device in range(4)]
    (33.0, 0.2727, [4, 3, 2, 1])

    Source: huang-2019, section 2.3; narayanan-2021, section 2.2; qi-2023, sections 2.1, 6; deepseek-v3, section 3.2.1.
    """
    stages = len(costs.forward)
    if stages % devices or micro_batches < 1:
        raise ValueError("stages must be a multiple of the devices, and at least one micro-batch must run")
    match schedule:
        case "gpipe":
            return run([_alone(_gpipe(stage, micro_batches)) for stage in range(devices)], costs)
        case "1f1b":
            return run([_alone(_one_f_one_b(stage, micro_batches, devices)) for stage in range(devices)], costs)
        case "interleaved":
            chunks = stages // devices
            return run([_alone(_interleaved(rank, micro_batches, devices, chunks)) for rank in range(devices)], costs)
        case "zb-h1":
            return run([_alone(_zb_h1(stage, micro_batches, devices)) for stage in range(devices)], costs)
        case "zb-v":
            placed = [[device, 2 * devices - 1 - device] for device in range(devices)]
            return _greedy(costs, micro_batches, placed, 2 * devices)
        case "dualpipe":
            return run([_dualpipe(rank, micro_batches, devices) for rank in range(devices)], costs)
    raise ValueError(f"no such schedule: {schedule}")


def run(orders: Sequence[Sequence[Turn]], costs: Costs) -> Timeline:
    """The timeline of fixed orders, every turn as early as what it needs allows; raises ValueError on a deadlock.

    The passes of a turn start together and are done together, after the sum of their times.
    """
    done: dict[Pass, float] = {}
    spans: list[list[Span]] = [[] for _ in orders]
    places = [0] * len(orders)
    moved = True
    while moved:
        moved = False
        for device, order in enumerate(orders):
            while places[device] < len(order):
                turn = order[places[device]]
                ready = [_ready(task, done, costs) for task in turn]
                if None in ready:
                    break
                end = max([spans[device][-1].end if spans[device] else 0.0, *filter(None, ready)])
                for task in turn:
                    start, end = end, end + costs.of(task)
                    spans[device].append(Span(device, task, start, end))
                done.update(dict.fromkeys(turn, end))
                places[device] += 1
                moved = True
    if any(place < len(order) for place, order in zip(places, orders, strict=True)):
        raise ValueError("the order of the passes waits for itself")
    return Timeline(tuple(map(tuple, spans)))


def _alone(order: Sequence[Pass]) -> list[Turn]:
    return [(task,) for task in order]


def _ready(task: Pass, done: dict[Pass, float], costs: Costs) -> float | None:
    """When everything that a pass needs is there; None while something has not been scheduled."""
    kind, stage, batch, way = task.kind, task.stage, task.micro_batch, task.way
    if kind == FORWARD:
        return 0.0 if stage == 0 else _after(done, costs, Pass(FORWARD, stage - 1, batch, way))
    own = done.get(Pass(INPUT if kind == WEIGHT else FORWARD, stage, batch, way))
    if kind == WEIGHT or own is None or stage == len(costs.forward) - 1:
        return own
    later = [_after(done, costs, Pass(each, stage + 1, batch, way)) for each in (BACKWARD, INPUT)]
    found = [each for each in later if each is not None]
    return max(own, found[0]) if found else None


def _after(done: dict[Pass, float], costs: Costs, before: Pass) -> float | None:
    end = done.get(before)
    return None if end is None else end + costs.transfer


def _gpipe(stage: int, m: int) -> list[Pass]:
    return [Pass(FORWARD, stage, k) for k in range(m)] + [Pass(BACKWARD, stage, k) for k in reversed(range(m))]


def _one_f_one_b(stage: int, m: int, p: int) -> list[Pass]:
    ahead = min(p - stage - 1, m)
    order = [Pass(FORWARD, stage, k) for k in range(ahead)]
    for k in range(m - ahead):
        order += [Pass(FORWARD, stage, ahead + k), Pass(BACKWARD, stage, k)]
    return order + [Pass(BACKWARD, stage, k) for k in range(m - ahead, m)]


def _interleaved(rank: int, m: int, p: int, chunks: int) -> list[Pass]:
    """Megatron's order: groups of p micro-batches go through all chunks of a device in turn."""
    if m % p:
        raise ValueError("the interleaved schedule needs a multiple of the devices as micro-batches")
    groups = range(0, m, p)
    rows = [(chunk, k) for first in groups for chunk in range(chunks) for k in range(first, first + p)]
    ahead = min(2 * (p - rank - 1) + (chunks - 1) * p, m * chunks)
    forward = [Pass(FORWARD, chunk * p + rank, k) for chunk, k in rows]
    backward = [Pass(BACKWARD, (chunks - 1 - chunk) * p + rank, k) for chunk, k in rows]
    order = forward[:ahead]
    for one, other in zip(forward[ahead:], backward, strict=False):
        order += [one, other]
    return order + backward[len(forward) - ahead :]


def _zb_h1(stage: int, m: int, p: int) -> list[Pass]:
    """1F1B with the weight gradients of a stage as many micro-batches late as there are stages before it."""
    ahead = min(p - stage - 1, m)
    order = [Pass(FORWARD, stage, k) for k in range(ahead)]
    for k in range(m):
        if ahead + k < m:
            order.append(Pass(FORWARD, stage, ahead + k))
        order.append(Pass(INPUT, stage, k))
        if k >= stage:
            order.append(Pass(WEIGHT, stage, k - stage))
    return order + [Pass(WEIGHT, stage, k) for k in range(max(0, m - stage), m)]


def _greedy(costs: Costs, m: int, placed: list[list[int]], limit: int) -> Timeline:
    """Every device takes what can start first: input gradients before forward passes before weight gradients.

    Forward passes must leave it within its limit of micro-batches, those whose weight gradients are pending included;
    the last place is kept for its last stage, which alone can free others.
    """
    done: dict[Pass, float] = {}
    spans: list[list[Span]] = [[] for _ in placed]
    nexts = [{(kind, stage): 0 for kind in _ORDER for stage in stages} for stages in placed]
    for _ in range(3 * m * len(costs.forward)):
        offers = [_offer(nexts[device], done, costs, spans[device], limit, m) for device in range(len(placed))]
        found = [(each, device) for device, each in enumerate(offers) if each is not None]
        if not found:
            raise ValueError("the limits leave nothing to do")
        (start, _, _, task), device = min(found, key=lambda pair: (pair[0][:3], pair[1]))
        done[task] = start + costs.of(task)
        spans[device].append(Span(device, task, start, done[task]))
        nexts[device][task.kind, task.stage] += 1
    return Timeline(tuple(map(tuple, spans)))


_ORDER = (INPUT, FORWARD, WEIGHT)


def _offer(
    nexts: dict[tuple[str, int], int], done: dict[Pass, float], costs: Costs, spans: list[Span], limit: int, m: int
) -> tuple[float, int, int, Pass] | None:
    """The pass that a device starts first, with its start and its rank; None where nothing is ready."""
    free = spans[-1].end if spans else 0.0
    stages = [stage for kind, stage in nexts if kind == FORWARD]
    kept = sum(nexts[FORWARD, stage] - nexts[WEIGHT, stage] for stage in stages)
    best = None
    for (kind, stage), batch in nexts.items():
        if batch >= m or (kind == FORWARD and kept >= limit - (stage != max(stages))):
            continue
        task = Pass(kind, stage, batch)
        ready = _ready(task, done, costs)
        if ready is not None:
            offer = (max(free, ready), _ORDER.index(kind), -stage, task)
            best = offer if best is None or offer[:3] < best[:3] else best
    return best


def _dualpipe(rank: int, m: int, p: int) -> list[Turn]:
    """DeepSeek's order of a pipeline that is fed from both ends, half of the micro-batches from each."""
    if p % 2 or m % 2 or m < 2 * p:
        raise ValueError("DualPipe needs even devices and micro-batches, and two micro-batches a device")
    inner = min(rank, p - 1 - rank)
    outer = p // 2 - inner - 1
    order: list[Turn] = []
    counters: dict[tuple[str, int], Iterator[int]] = {}
    waiting: list[Pass] = []

    def taken(kind: str, phase: int) -> Pass:
        if kind == WEIGHT:
            return waiting.pop(0)
        way = phase ^ (rank >= p // 2)
        family = FORWARD if kind == FORWARD else BACKWARD
        batch = next(counters.setdefault((family, way), count()))
        each = Pass(kind, rank if way == 0 else p - 1 - rank, batch, way)
        if kind == INPUT:
            waiting.append(Pass(WEIGHT, each.stage, batch, way))
        return each

    def many(times: int, *turns: tuple[tuple[str, int], ...]) -> None:
        for _ in range(times):
            order.extend(tuple(taken(kind, phase) for kind, phase in turn) for turn in turns)

    one, other = (FORWARD, 0), (FORWARD, 1)
    many(2 * outer, (one,))
    many(inner + 1, (one,), (other,))
    many(outer, ((INPUT, 1),), ((WEIGHT, 0),), (other,))
    many(m // 2 - p + inner + 1, (one, (BACKWARD, 1)), (other, (BACKWARD, 0)))
    many(outer, ((BACKWARD, 1),), (other, (BACKWARD, 0)))
    for turn in range(inner + 1):
        late = 2 * turn - inner  # weight gradients of the second half of these passes wait
        many(1, ((INPUT if late > 0 else BACKWARD, 1),), ((INPUT if late >= 0 else BACKWARD, 0),))
    many(outer, ((WEIGHT, 0),), ((INPUT, 0),))
    many(inner + 1, ((WEIGHT, 0),))
    return order
