"""SE144: products in FP8 on devices that have no units for them."""

from __future__ import annotations

from collections.abc import Iterator

from stratc.analysis.case import Case
from stratc.analysis.speed.peaks import lacks_fp8
from stratc.diagnostics.diagnostic import Category, Certainty, Severity
from stratc.ir.scope import Role
from stratc.rules.rule import Finding, rule


@rule("SE144", category=Category.SEMANTICS, severity=Severity.ERROR, certainty=Certainty.LIKELY)
def fp8_without_units(case: Case) -> Iterator[Finding]:
    """Products are to be computed in FP8 on devices whose matrix units have no FP8.

    ## What it finds
    FP8 products, or a speed-up by FP8, in a plan for devices whose published rates have none in FP8: Volta, Turing and
    Ampere (V100, T4, A100 and their kin), MI250X, Ascend 910B, most TPUs.
    Weights or a cache kept in FP8 are left alone: they are widened before they are multiplied.

    ## Why it matters
    NVIDIA's matrix units compute in FP8 from Ada and Hopper on, others from later generations on.  On older ones the
    format saves memory and no time, so a gain that is counted for it does not come.

    ## Example
    ```plan
    - **GPUs**: 16 × A100 80GB
    - FP8 matmuls make the step 60% faster   <!-- SE144 -->
    ```

    ## References
    - transformer-engine
    - the device's entry in stratc/catalog/accelerators.toml, which names its source
    """
    device = case.known("hardware.accelerator")
    if not lacks_fp8(str(device.value)):
        return
    for mention in case.mentions("fp8_computed", roles=(Role.PLAN, Role.TARGET)):
        yield Finding(
            at=mention,
            message=f"products in FP8, but {device.value} has no matrix units for that format",
            label="said here",
            also=((device, "the devices"),),
            help="leave the gain out, or compute in FP16 or INT8",
        )
        return
