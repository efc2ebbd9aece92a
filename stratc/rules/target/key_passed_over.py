"""TG204: keys that DeepSpeed does not read."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.framework import framework
from stratc.analysis.frameworks.deepspeed_keys import REMOVED, TOP, top_of
from stratc.analysis.frameworks.options import close_to
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.rules.rule import Finding, rule

NO_KEYS = ("-", "$", "*", "#", "@")  # names of settings of a command begin with these


@rule("TG204", category=Category.TARGET, severity=Severity.WARNING, certainty=Certainty.LIKELY)
def key_passed_over(case: Case) -> Iterator[Finding]:
    """A key of the configuration is one that DeepSpeed does not read.

    ## What it finds
    A configuration of DeepSpeed with a key at its top level that no release has; a warning where the name is close
    to one that it has, else a remark, as a program may read keys of its own.

    ## Why it matters
    DeepSpeed passes over unknown keys at the top level in silence: the job runs without what was asked for.

    ## Example
    ```json
    {
      "train_micro_batch_size_per_gpu": 4,
      "zero_optimisation": {"stage": 2}  // TG204
    }
    ```

    ## References
    - deepspeed-config
    """
    framework(case, "deepspeed")
    seen: set[str] = set()
    for each in case.launch:
        top = top_of(each.name)
        if top in seen or top in TOP or top in REMOVED or each.name.startswith(NO_KEYS) or _is_remark(top):
            continue
        seen.add(top)
        meant = close_to(top, TOP)
        yield Finding(
            at=each,
            message=f"DeepSpeed does not read `{top}` and passes over it in silence",
            label="below it" if each.name != top else "stated here",
            severity=None if meant else Severity.INFO,
            help=f"did you mean `{meant}`?" if meant else "leave it out, unless the program reads it",
        )


def _is_remark(key: str) -> bool:
    """Whether a key holds words for readers, for which JSON has no other place."""
    return key.startswith(("_", "//", "#")) or "comment" in key.lower()
