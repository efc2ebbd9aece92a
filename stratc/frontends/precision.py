"""Number formats by the names that plans and programs give them."""

from __future__ import annotations

PRECISIONS: dict[str, str] = {
    **dict.fromkeys(("fp32", "float32"), "fp32"),
    "tf32": "tf32",
    **dict.fromkeys(("fp16", "float16", "half"), "fp16"),
    **dict.fromkeys(("bf16", "bfloat16"), "bf16"),
    **dict.fromkeys(("fp8", "float8"), "fp8"),
    **dict.fromkeys(("int8", "w8a8"), "int8"),
    **dict.fromkeys(("int4", "w4a16"), "int4"),
    **dict.fromkeys(("fp4", "nvfp4", "mxfp4"), "fp4"),
}
