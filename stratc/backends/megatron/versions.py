"""Which releases of Megatron-Core know which flag.

Source: the options of the real parsers of 0.8.0, 0.9.0, 0.10.0, 0.11.0, 0.12.3, 0.13.0, 0.14.0, 0.15.0, 0.16.1, 0.17.0,
0.18.2 and 0.19.2 (megatron/training/arguments.py of each tag).  Flags that all of them know are not listed.
"""

from __future__ import annotations

from stratc.errors import UsageError

VERSIONS = tuple(f"0.{minor}" for minor in range(8, 20))
NEWEST = VERSIONS[-1]
SINCE = {
    # flag: the first release that has it
    "--account-for-embedding-in-pipeline-split": "0.11",
    "--account-for-loss-in-pipeline-split": "0.11",
    "--attention-backend": "0.11",
    "--ckpt-format": "0.9",
    "--data-parallel-sharding-strategy": "0.12",
    "--decoder-first-pipeline-num-layers": "0.9",
    "--decoder-last-pipeline-num-layers": "0.9",
    "--expert-tensor-parallel-size": "0.10",
    "--fp4-format": "0.15",
    "--kv-lora-rank": "0.10",
    "--moe-ffn-hidden-size": "0.10",
    "--moe-layer-freq": "0.10",
    "--moe-shared-expert-intermediate-size": "0.10",
    "--multi-latent-attention": "0.10",
    "--num-virtual-stages-per-pipeline-rank": "0.11",
    "--optimizer-cpu-offload": "0.12",
    "--pipeline-model-parallel-layout": "0.13",
    "--q-lora-rank": "0.10",
    "--qk-head-dim": "0.10",
    "--qk-pos-emb-head-dim": "0.10",
    "--use-custom-fsdp": "0.12",
    "--use-megatron-fsdp": "0.14",
    "--use-precision-aware-optimizer": "0.11",
    "--v-head-dim": "0.10",
    "--window-attn-skip-freq": "0.15",
    "--window-size": "0.15",
}
UNTIL = {"--use-custom-fsdp": "0.13"}
"""Flag: the last release that has it."""
KV_COPIES = "0.16"  # the first release that takes fewer query groups than tensor-parallel devices


def release(text: str) -> str:
    """The release that a version belongs to, "" for the newest known.  Raises UsageError where none is known.

    >>> release("core_v0.16.1"), release("")
    ('0.16', '0.19')
    """
    if not text:
        return NEWEST
    bare = text.removeprefix("core_").removeprefix("v")
    found = ".".join(bare.split(".")[:2])
    if found not in VERSIONS:
        raise UsageError(f"no Megatron-Core `{text}`; there are {VERSIONS[0]} to {NEWEST}")
    return found


def order(version: str) -> tuple[int, ...]:
    """A version as something that can be compared."""
    return tuple(int(part) for part in version.split("."))


def knows(version: str, flag: str) -> bool:
    """Whether a release has a flag.

    >>> knows("0.12", "--pipeline-model-parallel-layout"), knows("0.13", "--use-custom-fsdp")
    (False, True)
    """
    first, last = SINCE.get(flag, VERSIONS[0]), UNTIL.get(flag, NEWEST)
    return order(first) <= order(version) <= order(last)
