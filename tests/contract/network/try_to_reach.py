"""Tries every way to the metadata address, in a process of its own; prints what came of each as JSON.

In a network of its own, the canary listens on 169.254.169.254 itself, and a real name server
changes its answers. Where the kernel allows no such network, the canary listens on an address of
loopback that the operator denies, and the look-up is replaced: the same ways, the same outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from dataclasses import dataclass

import sourcekeep
from sourcekeep.engine.source_url import parse_origin
from sourcekeep.engine.wire import (
    AddressPolicy,
    Places,
    Wire,
    WireFailed,
    WireLimits,
    WireRequest,
    dial,
)
from tests.contract.network.own_network import NoNetworkOfItsOwn, enter, serve_names

METADATA, PUBLIC = "169.254.169.254", "93.184.216.34"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"


@dataclass
class Place:
    """A listener that counts who came."""

    address: str
    port: int
    came: int = 0

    async def listen(self) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.came += 1
            with contextlib.suppress(asyncio.IncompleteReadError):  # our own look at the canary
                await reader.readuntil(b"\r\n\r\n")
                writer.write(OK)
            writer.close()

        server = await asyncio.start_server(accept, self.address, self.port)
        self.port = server.sockets[0].getsockname()[1]


class Names:
    """`steady.test` is public; `turning.test` is public at first, then the canary; `both.test` is
    both at once; `bad.test` is the canary."""

    def __init__(self, public: str, canary: str) -> None:
        self.asked = 0
        self._public, self._canary = public, canary

    def addresses(self, name: str) -> list[str]:
        if name == "turning.test":
            self.asked += 1
            return [self._public if self.asked == 1 else self._canary]
        known = {
            "steady.test": [self._public],
            "both.test": [self._canary, self._public],
            "bad.test": [self._canary],
        }
        return known.get(name, [])


def spellings(address: str) -> list[str]:
    """The address as URLs may write it."""
    a, b, c, d = (int(part) for part in address.split("."))
    number = int.from_bytes(bytes((a, b, c, d)))
    return [
        address, f"{address}.", str(number), hex(number), f"0{number:o}", f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a}.{b}.{c * 256 + d}", f"[::ffff:{address}]",
        f"[::{address}]", f"[64:ff9b::{address}]", f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
    ]  # fmt: skip


async def reach(wire: Wire, host: str, port: int) -> str:
    origin = parse_origin(f"http://{host}:{port}/")
    headers = ((b"Host", origin.host_header()),)
    request = WireRequest(b"GET", origin, b"/", headers)
    try:
        response = await wire.send(request, limits=WireLimits(5, 5, 10), tls=None)
    except WireFailed as failed:
        return failed.problem.code
    await response.read(100)
    return str(response.status)


async def attempts(
    policy: AddressPolicy, names: Names, public: Place, canary: Place
) -> dict[str, str]:
    await public.listen()
    canary.port = public.port
    await canary.listen()
    with socket.create_connection((canary.address, canary.port), 2):
        pass  # the canary can be reached: it is the policy that keeps us away
    await asyncio.sleep(0.05)
    canary.came = 0
    wire = Wire(policy=policy)
    told = {
        f"spelling {host}": await reach(wire, host, canary.port)
        for host in spellings(canary.address)
    }
    for name in ("steady.test", "bad.test", "both.test", "turning.test"):
        told[name] = await reach(wire, name, canary.port)
    told["turning.test again"] = await reach(wire, "turning.test", canary.port)
    told["turning.test asked"] = str(names.asked)
    await wire.aclose()
    return told


def by_the_library(port: int) -> dict[str, str]:
    """The same by a whole run, as a program makes it."""
    told = {}
    for host in ("bad.test", METADATA):
        error = sourcekeep.RestSource(base_url=f"http://{host}:{port}/").get("").error
        told[f"run of {host}"] = error.code if error else "200"
    return told


def main() -> None:
    public, canary = Place(PUBLIC, 0), Place(METADATA, 0)
    policy = AddressPolicy(allow_private=True)
    try:
        if sys.argv[1:] == ["injected"]:
            raise NoNetworkOfItsOwn("asked for")
        enter([METADATA, PUBLIC])
        names = Names(PUBLIC, METADATA)
        serve_names(names.addresses)
        way = "network of its own"
    except NoNetworkOfItsOwn as refused:
        way = f"injected look-up ({refused})"
        public, canary = Place("127.0.0.1", 0), Place("127.0.0.77", 0)
        names = Names(public.address, canary.address)
        policy = AddressPolicy(allow_private=True, deny=Places.read([canary.address]))

        async def look_up(host: str, port: int) -> list[dial.Address]:
            found = names.addresses(host)
            return [dial.Address(socket.AF_INET, (address, port)) for address in found]

        dial._look_up = look_up

    async def work() -> dict[str, str]:
        told = await attempts(policy, names, public, canary)
        if way == "network of its own":
            told |= await asyncio.to_thread(by_the_library, canary.port)
        return told

    told = asyncio.run(work())
    json.dump({"way": way, "told": told, "canary": canary.came, "public": public.came}, sys.stdout)


if __name__ == "__main__":
    main()
