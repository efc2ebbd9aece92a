"""DeepSpeed: ds_config.json, the hostfile and the launcher line."""
