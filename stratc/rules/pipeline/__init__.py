"""Rules on micro-batches, bubble and schedule (PI)."""
