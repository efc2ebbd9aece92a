"""Published training steps read from a table: what each plan was, and how long its step took.

The table is CSV with the columns of RUN below, one row a run; an empty cell is what the source does not say.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stratc.analysis.case import Case, cases
from stratc.analysis.layout.division import division
from stratc.analysis.memory.setting import Setting, amount, setting_of
from stratc.analysis.model.architecture import architecture
from stratc.analysis.speed.compute import devices, step_tokens, step_work
from stratc.analysis.speed.machine import Rates, generation_named, rates_of, software_named
from stratc.analysis.speed.training import with_micro_batch
from stratc.arith.term import plain
from stratc.cost.compute import model_flops
from stratc.ir.origin import Known
from stratc.pipeline import read, understand
from stratc.text.source import Source

MEASURED = ("read", "read-figure", "secondary")
PRECISIONS = ("mxfp8", "nvfp4", "fp8", "fp4", "int8", "bf16", "fp16", "fp32")
HALVED = ("model (framework formula)", "model, causal")
TESTED = ("ml-engineering", "Llama 3 herd")
RUN = {
    # key of the plan: column of the table
    "hardware": {"accelerator": "gpu", "device_count": "gpus", "devices_per_node": "gpus_per_node"},
    "model": {
        "name": "model", "layers": "layers", "hidden_size": "hidden", "heads": "heads", "kv_heads": "kv_heads",
        "head_dim": "head_dim", "ffn_hidden_size": "ffn", "vocab_size": "vocab", "experts": "experts", "top_k": "top_k",
        "expert_hidden_size": "expert_ffn", "shared_expert_hidden_size": "shared_expert_ffn",
        "dense_layers": "dense_layers",
    },
    "workload": {"sequence_length": "seq", "batch_size": "gbs", "micro_batch_size": "mbs"},
    "strategy": {
        "tp": "tp", "pp": "pp", "vpp": "vpp", "cp": "cp", "ep": "ep", "expert_tp": "etp", "dp": "dp",
        "zero_stage": "zero", "framework": "framework",
    },
}  # fmt: skip
LATENT = {
    "q_lora": "q_lora_rank", "kv_lora": "kv_lora_rank", "qk_nope": "qk_nope_head_dim", "qk_rope": "qk_rope_head_dim",
    "v": "v_head_dim",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A published step with everything that its estimate depends on."""

    name: str
    source: str
    seconds: float
    weight: float  # below one where the source leaves the micro-batch open
    setting: Setting
    rates: Rates
    generation: str
    software: str
    framework: str
    layout: tuple[str, ...]  # runs that differ in nothing but their layout have the same


def runs_of(path: Path) -> list[Run]:
    """Every step of pre-training that was measured and says what an estimate needs."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["confidence"] in MEASURED and row["scope"] == "step"]
    needed = ("gbs", "seq", "layers", "hidden", "vocab", "tp", "gpus")
    return [run for row in rows if all(row[name] for name in needed) and (run := _run(row))]


def _run(row: dict[str, str]) -> Run | None:
    source = Source("plan.json", json.dumps(_plan(row)))
    case = cases(understand(read(source)), explain=False)[0]
    setting = with_micro_batch(case, setting_of(case, architecture(case).shape, division(case), []), [])
    device, peak = _word(case, "hardware.accelerator"), amount(case, "hardware.peak_flops")
    if not peak:
        return None
    rates = rates_of(case, peak, _word(case, "model.precision"), device)
    seconds = _seconds(row, setting, rates.plain_peak)
    if not seconds:
        return None
    generation = generation_named(device)
    return Run(
        name=f"{row['model']} on {row['gpus']} {row['gpu']}",
        source=row["source"],
        seconds=seconds,
        weight=_weight(row),
        setting=setting,
        rates=rates,
        generation=generation,
        software=software_named(_word(case, "strategy.framework"), generation),
        framework=_word(case, "strategy.framework"),
        layout=tuple(row[name] for name in ("source", "model", "gpu", "gpus", "gbs", "seq", "precision")),
    )


def _weight(row: dict[str, str]) -> float:
    """None for what is only tested: sources of a kind that no constant stands for, and ablations."""
    if row["source"].startswith(TESTED) or "ablation" in row["framework"]:
        return 0.0
    return 1.0 if row["mbs"] else 0.3


def _plan(row: dict[str, str]) -> dict[str, Any]:
    plan: dict[str, Any] = {
        part: {key: _value(row[column]) for key, column in columns.items() if row.get(column)}
        for part, columns in RUN.items()
    }
    model, strategy = plan["model"], plan["strategy"]
    if not row["experts"]:
        model.pop("dense_layers", None)
    if row["mla"].startswith("q_lora"):
        words = row["mla"].split()
        latents = zip(words[::2], words[1::2], strict=False)
        model |= {"attention": "mla", **{LATENT[name]: int(size) for name, size in latents}}
    for key, column in (("gated", "gated_mlp"), ("tied_embeddings", "tied_embeddings")):
        if row[column]:
            model[key] = row[column] not in ("0", "0.0")
    if row["pos_emb"]:
        model["position_embedding"] = row["pos_emb"]
    model["precision"] = next((name for name in PRECISIONS if name in row["precision"].lower()), "bf16")
    plan["workload"]["phase"] = "training"
    if row["recompute"]:
        strategy["recompute"] = row["recompute"].split()[0].split(":")[0]
    if row["seq_parallel"] == "1":
        strategy["sp"] = strategy["tp"]
    if row["attention"]:
        strategy["attention_kernel"] = "flash" if "flash" in row["attention"] else "unfused"
    return plan


def _value(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _seconds(row: dict[str, str], setting: Setting, peak: float) -> float | None:
    """The step as printed, or from the tokens or the operations a second that are."""
    tokens, devices = float(row["gbs"]) * float(row["seq"]), float(row["gpus"])
    if row["iter_time_s"]:
        return float(row["iter_time_s"])
    if row["tokens_per_s"]:
        return tokens / float(row["tokens_per_s"])
    if row["tokens_per_s_per_gpu"]:
        return tokens / (float(row["tokens_per_s_per_gpu"]) * devices)
    if row["iter_time_derived_s"]:
        return float(row["iter_time_derived_s"])
    work, rate = _counted(row, setting), row["tflops_per_gpu"]
    if work is None or not (rate or row["mfu_pct"]):
        return None
    return work / (float(rate) * 1e12 if rate else float(row["mfu_pct"]) / 100 * peak)


def _counted(row: dict[str, str], setting: Setting) -> float | None:
    """Operations of the model on a device, as the source counts them.

    Megatron-Core counts the half of attention that a causal mask leaves (training/training.py since 2025, which its
    printed times agree with); NeMo of 2024 counts all of it (its tokens a second and its rates agree with that).
    """
    work, tokens = step_work(setting), step_tokens(setting)
    if work is None or tokens is None or not row["tflops_kind"].startswith(HALVED):
        return work and work.model
    return plain(model_flops(setting.whole, (setting.sequence or 0.0) / 2, tokens)) / devices(setting)


def _word(case: Case, key: str) -> str:
    fact = case.fact(key)
    return str(fact.value).lower() if isinstance(fact, Known) else ""
