"""Rules on throughput, utilisation, speed-up and latency (PE)."""
