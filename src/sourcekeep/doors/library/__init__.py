"""The Python library: the same operations on a local data dir or on a server.

Nothing here decides anything: local calls go to the services, remote ones to the HTTP API, and
both come back as the same `Result` or the same error.
"""
