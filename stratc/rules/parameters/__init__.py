"""Parameter counts against the architecture and against each other."""
