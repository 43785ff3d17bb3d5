"""The command line. It stands on the Python library; only `serve` starts a server."""
