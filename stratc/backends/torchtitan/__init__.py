"""torchtitan: a TOML configuration and the torchrun script around it."""
