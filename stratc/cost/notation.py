"""The letters of the cost model, once."""

from __future__ import annotations

NOTATION = {
    "L": "transformer layers",
    "h": "hidden size: the width of a token's representation",
    "f": "hidden size of one feed-forward block or expert",
    "a": "query heads",
    "k": "key-value heads",
    "g": "head size",
    "E": "routed experts of a layer",
    "K": "routed experts that a token uses",
    "v": "vocabulary size",
    "s": "sequence length in tokens",
    "b": "sequences of a micro-batch",
    "B": "sequences of a global batch",
    "m": "micro-batches of a pipeline step",
    "t": "tensor-parallel degree",
    "p": "pipeline stages",
    "d": "data-parallel degree",
    "e": "expert-parallel degree",
    "c": "context-parallel degree",
    "x": "tensor-parallel degree inside an expert",
    "i": "virtual stages of a device (interleaving)",
    "N": "parameters",
    "n": "devices of a group",
    "w": "bytes of one element",
}
