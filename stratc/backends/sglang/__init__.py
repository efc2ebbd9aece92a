"""SGLang: the command line of a server."""
