"""vLLM: the command line of a server."""
