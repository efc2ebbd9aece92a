"""How long the work takes: operations, bytes sent and read, steps and passes on the devices of a plan."""
