"""The server's sockets: one port on all addresses, and plain words when it cannot be had."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from sourcekeep.serve.listening import CannotListen, bind, bind_to_share, join, port_of


@contextlib.contextmanager
def closing(sockets: list[socket.socket]) -> Iterator[list[socket.socket]]:
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_free_port_is_picked_and_refuses_until_somebody_listens():
    with closing(bind("127.0.0.1", 0)) as bound:
        port = port_of(bound)
        assert refused(port)
        bound[0].listen()
        assert not refused(port)


def test_all_addresses_of_a_name_have_one_port():
    with closing(bind("localhost", 0)) as bound:
        assert len({one.getsockname()[1] for one in bound}) == 1


def test_brackets_around_an_ipv6_address_are_allowed():
    with closing(bind("[::1]", 0)) as bound:
        assert bound[0].getsockname()[0] == "::1"


def test_a_port_that_is_taken_is_refused_in_words():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for how in (bind, bind_to_share):
            with pytest.raises(CannotListen, match=f"Port {port} on 127.0.0.1 is taken"):
                how("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "203.0.113.9"])
def test_a_host_that_is_not_this_machines_is_refused_in_words(host: str):
    with pytest.raises(CannotListen, match="Cannot listen on"):
        bind(host, 0)


def test_several_of_our_processes_may_join_a_held_port():
    with (
        closing(bind_to_share("127.0.0.1", 0)) as held,
        closing(join("127.0.0.1", port_of(held))) as one,
        closing(join("127.0.0.1", port_of(held))) as other,
    ):
        one[0].listen()
        other[0].listen()
        assert not refused(port_of(held))
