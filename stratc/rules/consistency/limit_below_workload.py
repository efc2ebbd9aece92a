"""CN116: a limit of the server that the workload goes beyond."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.frameworks.limits import BATCH, LENGTH, PREFILL, SEQUENCES, limit
from stratc.analysis.said.phase import trains
from stratc.arith.unit import TOKEN, figures, show
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.claim import Claim
from stratc.ir.origin import Known, value_or
from stratc.ir.values import Extent
from stratc.rules.rule import Finding, rule

FACTS = {"prompt": "workload.prompt_length", "answer": "workload.output_length"}
ROUNDED = 1.05  # "8K" for 8,192


@rule("CN116", category=Category.CONSISTENCY, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def limit_below_workload(case: Case) -> Iterator[Finding]:
    """The server is started with a limit that the plan's own workload goes beyond.

    ## What it finds
    The largest number of sequences that a server runs at once, below the batch of a replica or unlike another limit
    set for the same; the longest sequence that it takes below the longest prompt and the longest answer together, or
    below the tokens of each of several requests that the plan counts; the most tokens of a pass below those of a chunk
    of a prompt; the longest sequence, or one that the plan names a maximum, below a length of sequences that the plan
    speaks of.  The latter is a remark, for a plan may name what the model could do.

    ## Why it matters
    Longer requests are refused, and a batch beyond the limit never forms: latency and throughput are those of less.

    ## Example
    ````plan
    - **Batch size**: 64 sequences

    ```bash
    vllm serve org/model --tensor-parallel-size 8 --max-num-seqs 16 <!-- CN116 -->
    ```
    ````

    ## References
    - vllm-engine-arguments, max-num-seqs
    """
    yield from _said(case)
    if not case.plan.settings or trains(case):
        return
    yield from _sequences(case)
    yield from _two_limits(case)
    yield from _claimed(case, "prefill.chunk", PREFILL, "prompts are computed in chunks of")
    requests = (*_requests(case), *_claimed(case, "request.tokens", LENGTH, "the plan counts with requests of"))
    yield from requests[:1] or _length(case)


def _sequences(case: Case) -> Iterator[Finding]:
    found = limit(case, SEQUENCES)
    batch = case.fact("workload.batch_size")
    if found is None or not isinstance(batch, Known) or not batch.is_stated or case.is_set(batch):
        return
    setting, most = found
    copies = {each.value for each in case.claims("replicas")}
    split = value_or(case.strategy.tp, 1) * value_or(case.strategy.pp, 1)
    engines = value_or(case.strategy.device_count, 1) // split  # with data-parallel attention each has the limit
    together = most * max(*copies, value_or(case.strategy.dp, 1), engines, 1)
    if not case.has_several("workload.batch_size") and batch.value > together:
        yield Finding(
            at=setting,
            message=f"{figures(most)} sequences at most are run at once, but the plan counts with a batch of "
            f"{figures(batch.value)}",
            stated=most,
            computed=batch.value,
            label="set here",
            also=((batch, "batch"),),
            help="raise the limit, or count with the batch that it allows",
        )


def _claimed(case: Case, metric: str, names: frozenset[str], words: str) -> Iterator[Finding]:
    """Tokens of each request, or of a part of a prompt, of which the plan gives one number, above a limit."""
    found, claims = limit(case, names), [*case.claims(metric)]
    if found is None or len({each.value for each in claims}) != 1:
        return
    (setting, most), need = found, claims[0]
    if need.value > most * ROUNDED:
        yield Finding(
            at=setting,
            message=f"`{setting.name}` lets in {show(most, TOKEN)} at most, but {words} {figures(need.value)}",
            stated=most,
            computed=need.value,
            unit=TOKEN,
            label="set here",
            also=((need, "counted here"),),
            help="bring the limit and the plan together",
        )


def _two_limits(case: Case) -> Iterator[Finding]:
    one, other = limit(case, SEQUENCES), limit(case, BATCH)
    if one and other and one[1] != other[1]:
        yield Finding(
            at=one[0],
            message=f"`{one[0].name}` lets {figures(one[1])} sequences run at once, `{other[0].name}` "
            f"{figures(other[1])}",
            stated=one[1],
            computed=other[1],
            label="set here",
            also=((other[0], "another limit"),),
            severity=Severity.INFO,
            help="set one of them, or say which one holds",
        )


def _requests(case: Case) -> Iterator[Finding]:
    """Prompts and answers that together are longer than what the server takes."""
    found, prompt, answer = limit(case, LENGTH), _most(case, "prompt"), _most(case, "answer")
    if found is None or prompt is None:
        return
    setting, most = found
    parts = [each for each in (prompt, answer) if each is not None]
    needed = sum(tokens for tokens, _ in parts)
    if needed <= most or any(case.is_set(place) for _, place in parts if isinstance(place, Known)):
        return
    whole = " + ".join(figures(tokens) for tokens, _ in parts)
    yield Finding(
        at=setting,
        message=f"`{setting.name}` lets in {show(most, TOKEN)} at most, but requests have {whole} tokens"
        + (f" = {figures(needed)}" if len(parts) > 1 else ""),
        stated=most,
        computed=needed,
        unit=TOKEN,
        label="set here",
        also=tuple((place, word) for (_, place), word in zip(parts, ("prompt", "answer"), strict=False)),
        help="raise the limit, or say which requests are refused",
    )


def _most(case: Case, part: str) -> tuple[float, Claim | Known[Extent]] | None:
    """The longest prompt or answer that the plan names, else the length that it counts with, and where."""
    claims = tuple(case.claims(f"request.{part}"))
    if claims:
        most = max(claims, key=lambda each: each.value)
        return most.value, most
    fact = case.fact(FACTS[part])
    return (fact.value.high, fact) if isinstance(fact, Known) and fact.is_stated else None


def _length(case: Case) -> Iterator[Finding]:
    found = limit(case, LENGTH)
    if found is None:
        return
    setting, most = found
    longer = [each for each in _lengths(case) if _longest(each) > most and not case.is_set(each)]
    if longer:
        need = max(longer, key=_longest)
        yield Finding(
            at=need,
            message=f"sequences of {show(_longest(need), TOKEN)}, but `{setting.name}` lets in "
            f"{show(most, TOKEN)} at most",
            stated=_longest(need),
            computed=most,
            unit=TOKEN,
            also=((setting, "set here"),),
            severity=Severity.INFO,
            help="raise the limit, or say which requests are refused",
        )


def _said(case: Case) -> Iterator[Finding]:
    """Maxima that the plan names in words, and that its own sequences go beyond."""
    limits = tuple(case.claims("length.limit"))
    own = {span for claim in limits for span in claim.spans()}
    longer = [each for each in _lengths(case) if not own.issuperset(each.spans()) and not case.is_set(each)]
    for claim in limits:
        beyond = [each for each in longer if _longest(each) > claim.quantity.high * ROUNDED]
        if beyond:
            need = max(beyond, key=_longest)
            yield Finding(
                at=claim,
                message=f"{show(claim.value, TOKEN)} at most, but sequences of {show(_longest(need), TOKEN)} elsewhere",
                stated=claim.value,
                computed=_longest(need),
                unit=TOKEN,
                also=((need, "longer here"),),
                severity=Severity.INFO,
                help="raise the limit, or say which sequences are refused",
            )


def _lengths(case: Case) -> list[Known[Extent]]:
    """Every length of a sequence that the plan states."""
    fact = case.fact("workload.sequence_length")
    others = (
        each
        for conflict in case.plan.conflicts
        if conflict.key == "workload.sequence_length"
        for each in conflict.others
    )
    return [each for each in ((fact,) if isinstance(fact, Known) else ()) + tuple(others) if each.is_stated]


def _longest(length: Known[Extent]) -> float:
    return length.value.high
