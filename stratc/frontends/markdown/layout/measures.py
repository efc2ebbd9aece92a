"""Chinese words before a figure that count it for a part: 每卡 4 个专家, 每阶段 12 层, 每节点 8 卡."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratc.frontends.markdown.document.rows import ROW_OF
from stratc.frontends.markdown.words.vocabulary import Row, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratc.frontends.markdown.document.tokens import Token

_PARTS = (  # what Chinese counts for each device, stage and machine
    (words("每卡 每张卡 每个卡 每gpu 每个gpu 每块gpu 每张gpu 每npu 每设备 每rank"), "device"),
    (words("每阶段 每个阶段 每个流水线阶段 每级 每个pp阶段 每stage"), "stage"),
    (words("每组 每个组 每个专家组 每ep组 每个ep组"), "group"),
    (words("每节点 每个节点 每机 每台机器 每台服务器 每台 每服务器 单机"), "node"),
)
_EACH = words("每张 每块")  # before a word of another script
_OF_ONE = ("每", "本", "该")  # each, this
_TIMES = frozenset("×*")
_IN_ALL = words("共 总共 共计 合计 总计 共有")
_MACHINES = words("机 台 节点 个节点 台机器 台服务器 机器 服务器")
_OF_PART = {
    ("model.layers", "stage"): "strategy.layers_per_stage",
    ("model.layers", "device"): "strategy.layers_per_stage",
    ("model.experts", "device"): "strategy.experts_per_device",
    ("model.heads", "device"): "strategy.heads_per_device",
    ("strategy.device_count", "node"): "hardware.devices_per_node",
    ("strategy.device_count", "stage"): "strategy.devices_per_stage",
}


def share_of(tokens: Sequence[Token], at: int, row: Row) -> Row | None:
    """The row of the share that 每卡 or 每阶段 before a figure speaks of; None where no fact is such a share."""
    before = tokens[at - 1] if at else None
    if row.key in ("model.layers", "strategy.layers_per_stage") and is_of_chunk(tokens, at):
        return None
    if row.key == "strategy.device_count" and before is not None and (before.sign in _TIMES or before.stem == "x"):
        return ROW_OF["hardware.devices_per_node"] if at > 1 and tokens[at - 2].stem in _MACHINES else None
    for index in range(at - 1, max(-1, at - 9), -1):
        token = tokens[index]
        if (token.sign and token.sign in ",。;、") or token.stem in _IN_ALL:
            return row
        if row.key == "model.experts" and "激活" in token.stem:
            return ROW_OF["model.top_k"]
        if token.stem.endswith("各"):
            return None
        if token.stem.startswith(_OF_ONE) or token.stem == "单机":
            said = "每" + token.stem[1:] if token.stem[0] in _OF_ONE else token.stem
            said += tokens[index + 1].stem if token.stem in _EACH else ""
            part = next((part for prefixes, part in _PARTS if said.startswith(tuple(prefixes))), "")
            return ROW_OF.get(_OF_PART.get((row.key, part), "")) if part else row
    return row


def is_of_chunk(tokens: Sequence[Token], at: int) -> bool:
    """Whether so many are in each of several parts that are counted before: "5 chunks of 4 layers per stage"."""
    if at > 3 and [token.stem for token in tokens[at - 3 : at]] == ["virtual", "stage", "of"]:
        return True
    if at > 1 and [token.stem for token in tokens[at - 2 : at]] == ["chunk", "of"]:
        return True
    if at < 3 or tokens[at - 1].stem != "of" or tokens[at - 3].figure is None:
        return False
    return bool(tokens[at - 2].stem) and tokens[at - 2].stem not in (
        "stage",
        "gpu",
        "rank",
        "pipeline",
    )
