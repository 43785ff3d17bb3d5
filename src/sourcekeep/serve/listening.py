"""The sockets of the server's port: bound before anything else is done, listening only when ready."""

from __future__ import annotations

import errno
import socket

_FREE_PORT_TRIES = 20


class CannotListen(Exception):
    """The address cannot be listened on, in one line."""


def bind(host: str, port: int) -> list[socket.socket]:
    """One socket for each address of the host, all with one port. Raises CannotListen.

    A connection is refused until a socket listens: nobody meets a server that is still starting.
    """
    return _bind(host, port, shared=False)


def bind_to_share(host: str, port: int) -> list[socket.socket]:
    """Hold a port that our own processes then `join` (SO_REUSEPORT)."""
    alone = bind(host, port)  # or the port would be shared with a stranger's server, without a word
    port = port_of(alone)
    for listening in alone:
        listening.close()
    return join(host, port)


def join(host: str, port: int) -> list[socket.socket]:
    """The same port that another process of ours holds."""
    return _bind(host, port, shared=True)


def _bind(host: str, port: int, *, shared: bool) -> list[socket.socket]:
    addresses = _addresses(host, port)
    for _ in range(_FREE_PORT_TRIES):
        try:
            return _bind_all(addresses, port, shared=shared)
        except OSError as error:
            if port != 0 or error.errno != errno.EADDRINUSE:
                raise CannotListen(_words(host, port, error)) from error
    raise CannotListen(f"No port is free on all addresses of {host}.")


def port_of(sockets: list[socket.socket]) -> int:
    return int(sockets[0].getsockname()[1])


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    name = host.strip("[]")
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else "it is no host name"
        raise CannotListen(f"Cannot listen on {host}: {reason}.") from error
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _bind_all(
    addresses: list[tuple[socket.AddressFamily, str]], port: int, *, shared: bool
) -> list[socket.socket]:
    bound: list[socket.socket] = []
    try:
        for family, address in addresses:
            listening = _bind_one(family, address, port, shared=shared)
            bound.append(listening)
            port = port_of(bound)
    except OSError:
        for listening in bound:
            listening.close()
        raise
    return bound


def _bind_one(
    family: socket.AddressFamily, address: str, port: int, *, shared: bool
) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((address, port))
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def _words(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken. Stop the program that uses it, "
            "or choose another with --port (0 picks a free one)."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} may not be used by this user; choose one above 1023."
    return f"Cannot listen on {host}, port {port}: {error.strerror or error}."
