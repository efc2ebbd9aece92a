"""What a plan derives or promises: metrics, changes, verdicts, limits that are kept."""
