"""The machines, as far as the plan describes them; rates in SI units a device."""

from __future__ import annotations

from stratc.ir.origin import Fact, Unknown
from stratc.record import Record, dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hardware(Record):
    """The machines, as far as the plan describes them; rates in SI units a device."""

    accelerator: Fact[str] = Unknown("hardware.accelerator")  # as the plan or the catalogue calls it
    device_count: Fact[int] = Unknown("hardware.device_count")  # devices that are available
    devices_per_node: Fact[int] = Unknown("hardware.devices_per_node")  # devices of a node
    peak_flops: Fact[float] = Unknown("hardware.peak_flops")  # peak rate of a device, FLOP/s
    mfu: Fact[float] = Unknown("hardware.mfu")  # model FLOPs utilisation that the plan counts on
    memory: Fact[float] = Unknown("hardware.memory")  # memory of a device, bytes
    memory_bandwidth: Fact[float] = Unknown("hardware.memory_bandwidth")  # memory bandwidth of a device, bytes/s
    bandwidth_utilization: Fact[float] = Unknown(
        "hardware.bandwidth_utilization"
    )  # share of the memory bandwidth that the plan counts on
    interconnect: Fact[str] = Unknown("hardware.interconnect")  # links inside a node or between nodes, by name
    link_bandwidth: Fact[float] = Unknown(
        "hardware.link_bandwidth"
    )  # bandwidth of a device's links inside a node, bytes/s
    link_directions: Fact[int] = Unknown("hardware.link_directions")  # directions that this bandwidth is the sum of
    network_bandwidth: Fact[float] = Unknown(
        "hardware.network_bandwidth"
    )  # bandwidth of a device's links between nodes, bytes/s
