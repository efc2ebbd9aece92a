"""Time a pipeline loses, and what runs in it at once."""

from __future__ import annotations

from collections.abc import Sequence

from stratc.arith.functions import ceil_div, maximum, minimum
from stratc.arith.term import Number
from stratc.arith.unit import Count, Fraction


def bubble_share(p: Number, m: Number) -> Fraction:
    """Idle share of a step under GPipe or 1F1B without interleaving.

    (p - 1) / (m + p - 1)

    Holds for equal stages and transfers that cost nothing; a bound from below otherwise.

    >>> round(bubble_share(p=4, m=8), 4)
    0.2727

    Source: huang-2019, section 2.3.  narayanan-2021 (section 2.2) states the same loss relative to the ideal time,
    (p - 1) / m; mind which of the two a plan means.
    """
    return (p - 1) / (m + p - 1)


def bubble_overhead(p: Number, m: Number, i: Number = 1) -> Fraction:
    """Idle time relative to the time of a pipeline without a bubble.

    (p - 1) / (i m)

    Holds as bubble_share does; i = 1 is GPipe or 1F1B.

    >>> bubble_overhead(p=4, m=8), bubble_overhead(p=4, m=8, i=3)
    (0.375, 0.125)

    Source: narayanan-2021, sections 2.2.1 and 2.2.2.
    """
    return (p - 1) / (i * m)


def interleaved_bubble_share(p: Number, m: Number, i: Number) -> Fraction:
    """Idle share of a step when every device holds i virtual stages.

    (p - 1) / (i m + p - 1)

    Holds for equal virtual stages and m a multiple of p; a bound from below otherwise.

    >>> round(interleaved_bubble_share(p=4, m=8, i=2), 4)
    0.1579

    Source: narayanan-2021, section 2.2.2: the overhead (p - 1) / (i m) as a share of the whole step.
    """
    return (p - 1) / (i * m + p - 1)


def zero_bubble_share(p: Number, m: Number) -> Fraction:
    """Idle share of a step under ZB-H1, which parts the backward pass into its two halves.

    (p - 1) / (3 m + p - 1)

    Holds when forward pass, input gradient and weight gradient take the same time.

    >>> round(zero_bubble_share(p=4, m=8), 4)
    0.1111

    Source: qi-2023, section 2.3: a third of the bubble of 1F1B.
    """
    return (p - 1) / (3 * m + p - 1)


def utilisation_bound(p: Number, m: Number) -> Fraction:
    """Busy share of the devices of a pipeline, at most.

    m / (m + p - 1)

    Holds for GPipe and 1F1B; unequal stages and transfers lower it.

    >>> round(utilisation_bound(p=4, m=4), 4)
    0.5714

    Source: huang-2019, section 2.3, as the complement of the bubble.
    """
    return m / (m + p - 1)


def interleaved_utilisation_bound(p: Number, m: Number, i: Number) -> Fraction:
    """Busy share of the devices of an interleaved pipeline, at most.

    i m / (i m + p - 1)

    >>> round(interleaved_utilisation_bound(p=4, m=4, i=4), 4)
    0.8421

    Source: narayanan-2021, section 2.2.2, as the complement of the bubble.
    """
    return i * m / (i * m + p - 1)


def zero_bubble_utilisation_bound(p: Number, m: Number) -> Fraction:
    """Busy share of the devices of a ZB-H1 pipeline, at most.

    3 m / (3 m + p - 1)

    >>> round(zero_bubble_utilisation_bound(p=4, m=8), 4)
    0.8889

    Source: qi-2023, section 2.3, as the complement of the bubble.
    """
    return 3 * m / (3 * m + p - 1)


def micro_batches_needed(p: Number, utilisation: Fraction, i: Number = 1) -> Count:
    """Fewest micro-batches that let a pipeline reach a utilisation.

    ⌈u (p - 1) / (i (1 - u))⌉, at least one

    Holds for GPipe and 1F1B (i = 1) and for the interleaved schedule.

    >>> micro_batches_needed(p=4, utilisation=0.9), micro_batches_needed(p=2, utilisation=0.85)
    (27, 6)

    Source: huang-2019, section 2.3, solved for the number of micro-batches.
    """
    return maximum(ceil_div(utilisation * (p - 1), i * (1 - utilisation)), 1)


def slots(p: Number, m: Number) -> Count:
    """Turns a pipeline takes to pass all micro-batches once.

    m + p - 1, a turn being the time one micro-batch spends in one stage

    >>> slots(p=4, m=8)
    11

    Source: huang-2019, figure 2.
    """
    return m + p - 1


def in_flight_gpipe(m: Number) -> Count:
    """Micro-batches whose activations a stage keeps at once under GPipe.

    m

    >>> in_flight_gpipe(m=8)
    8

    Source: narayanan-2021, section 2.2.1.
    """
    return m


def in_flight(p: Number, m: Number, stage: Number) -> Count:
    """Micro-batches whose activations a stage keeps at once under 1F1B; stages count from 0.

    min(p - stage, m)

    >>> in_flight(p=4, m=8, stage=0), in_flight(p=4, m=8, stage=3), in_flight(p=4, m=2, stage=0)
    (4, 1, 2)

    Source: narayanan-2021, section 2.2.1; korthikanti-2022, section 4.2.3.
    """
    return minimum(p - stage, m)


def in_flight_interleaved(p: Number, m: Number, stage: Number, i: Number) -> Count:
    """Micro-batches, as parts of whole ones, that a device keeps at once when interleaving; devices count from 0.

    min(2 (p - stage - 1) + (i - 1) p + 1, i m) / i

    >>> in_flight_interleaved(p=4, m=8, stage=0, i=2)
    5.5

    Source: korthikanti-2022, section 4.2.3: L (1 + (p - 1) / (p i)) layers' activations on the first device;
    megatron-core, number of warm-up micro-batches of the interleaved schedule.
    """
    return minimum(2 * (p - stage - 1) + (i - 1) * p + 1, i * m) / i


def in_flight_zero_bubble(p: Number, m: Number) -> Count:
    """Micro-batches whose activations any device keeps at once under ZB-H1 and ZB-V, until their weight gradients.

    min(p, m), of two halves of a stage's layers each under ZB-V

    Neglects: what only the gradient of the input needs, which goes before.

    >>> in_flight_zero_bubble(p=8, m=16)
    8

    Source: qi-2023, sections 2.1, 2.3 and 6.
    """
    return minimum(p, m)


def in_flight_dualpipe(p: Number, m: Number) -> Count:
    """Micro-batches of both directions whose activations a device keeps at once under DualPipe.

    min(p + 1, m)

    >>> in_flight_dualpipe(p=8, m=16)
    9

    Source: deepseek-v3, table 2.
    """
    return minimum(p + 1, m)


def uneven_seconds(forward: Sequence[float], backward: Sequence[float], m: float) -> float:
    """Time of a step under 1F1B whose stages differ; seconds of a micro-batch's passes through each.

    max over j of Σ_{i<j} (f_i + b_i) + max(f_j + Σ_{i>j} (f_i + b_i), w f_j) + m b_j + (m - w) f_j, w = min(p - j, m)

    Stage j waits for its first micro-batch, fills the pipeline with w of them, and is never idle again if it is the
    slowest; stages before it then finish the last one.  Exact where backward passes take twice their forward passes or
    more, all in proportion; the event simulation then gives the same.  A bound from below otherwise.

    >>> uneven_seconds((1, 1, 1, 1), (2, 2, 2, 2), m=8), uneven_seconds((1, 1, 1, 2), (2, 2, 2, 4), m=8)
    (33.0, 57.0)

    Source: narayanan-2021, figure 4, for stages that are equal.
    """
    p, before, after = len(forward), 0.0, sum(forward) + sum(backward)
    longest = 0.0
    for j, (f, b) in enumerate(zip(forward, backward, strict=True)):
        after -= f + b
        w = min(p - j, m)
        longest = max(longest, before + max(f + after, w * f) + m * b + (m - w) * f)
        before += f + b
    return longest


def uneven_interleaved_seconds(stages: Sequence[float], m: float, i: float) -> float:
    """Time of a step under the interleaved schedule whose devices differ; seconds of a micro-batch on each.

    (Σ t - max t) / i + m max t

    Holds for m a multiple of the devices with the slowest device last; a bound from above otherwise, by up to a
    seventh for few micro-batches.

    >>> uneven_interleaved_seconds((3, 3, 3, 6), m=8, i=3)
    51.0

    Source: narayanan-2021, section 2.2.2, for devices that are equal.
    """
    slowest = max(stages)
    return (sum(stages) - slowest) / i + m * slowest


def zb_v_bubble_share(p: Number, m: Number) -> Fraction:
    """Idle share of a step under ZB-V, at most: its devices hardly wait but start one after another.

    4 p / (18 m + 4 p)

    Holds when forward pass, input gradient and weight gradient take the same time, for m from 2 p on, and for the
    greedy order of the event simulation; the hand-made one of the paper has at most as much.

    >>> round(zb_v_bubble_share(p=4, m=8), 4)
    0.1

    Source: qi-2023, section 6: almost no bubble within the memory of 1F1B.
    """
    return 4 * p / (18 * m + 4 * p)


def dualpipe_bubble_share(p: Number, m: Number) -> Fraction:
    """Idle share of a step under DualPipe; p devices are even and m from 2 p on.

    (p - 2) / (3 m + p - 2)

    Holds when forward pass, input gradient and weight gradient take the same time and passes in pairs the sum of both;
    what a pair saves where the two hide each other's communication comes off.

    >>> round(dualpipe_bubble_share(p=8, m=16), 4)
    0.1111

    Source: deepseek-v3, section 3.2.1 and table 2, (p / 2 - 1) (F&B + B - 3 W) with F&B = F + B and W = B / 2.
    """
    return (p - 2) / (3 * m + p - 2)
