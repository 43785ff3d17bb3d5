"""A network of this process's own, with the addresses and the name server that a test wants in it.

Linux only, by the system calls themselves: a machine that tests may have neither `ip` nor `unshare`.
`enter` must be called in a fresh process with one thread.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

_NEW_MOUNTS, _NEW_USERS, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_SET_ADDRESS, _GET_FLAGS, _SET_FLAGS, _UP = 0x8916, 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


class NoNetworkOfItsOwn(Exception):
    """The kernel does not let this process have one."""


def enter(addresses: list[str]) -> None:
    """From here on there is only loopback, which has these IPv4 addresses besides its own.

    Raises NoNetworkOfItsOwn when the kernel refuses.
    """
    if sys.platform != "linux":
        raise NoNetworkOfItsOwn("only Linux has network namespaces")
    _unshare()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = fcntl.ioctl(control, _GET_FLAGS, _request("lo", b""))
        flags = struct.unpack_from("16sh", asked)[1]
        fcntl.ioctl(control, _SET_FLAGS, _request("lo", struct.pack("h", flags | _UP)))
        for number, address in enumerate(addresses):
            place = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, _SET_ADDRESS, _request(f"lo:{number}", place))


def serve_names(answer: Callable[[str], list[str]]) -> None:
    """A name server on 127.0.0.1 that this process asks from now on; `answer` gives A records."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    threading.Thread(target=_answer, args=(server, answer), daemon=True).start()
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    _call(_libc.mount, file.name.encode(), os.path.realpath("/etc/resolv.conf").encode(), None, _MS_BIND, None)  # fmt: skip
    Path(file.name).unlink()


def _unshare() -> None:
    user, group = os.getuid(), os.getgid()
    if _libc.unshare(_NEW_MOUNTS | _NEW_NETWORK) != 0:
        if _libc.unshare(_NEW_USERS | _NEW_MOUNTS | _NEW_NETWORK) != 0:
            number = ctypes.get_errno()
            if number in (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOSPC):
                raise NoNetworkOfItsOwn(os.strerror(number))
            raise OSError(number, os.strerror(number))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    try:
        _call(_libc.mount, b"none", b"/", None, _MS_REC | _MS_PRIVATE, None)
    except PermissionError as error:
        raise NoNetworkOfItsOwn(str(error)) from error


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _request(name: str, value: bytes) -> bytes:
    """struct ifreq of netdevice(7)."""
    return struct.pack("16s24s", name.encode(), value)


def _answer(server: socket.socket, answer: Callable[[str], list[str]]) -> None:
    """RFC 1035 as far as one question with A records in the answer needs it."""
    while True:
        question, asker = server.recvfrom(512)
        at, labels = 12, []
        while length := question[at]:
            labels.append(question[at + 1 : at + 1 + length].decode())
            at += 1 + length
        kind = int.from_bytes(question[at + 1 : at + 3])
        addresses = answer(".".join(labels)) if kind == 1 else []
        head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(addresses), 0, 0)
        records = b"".join(
            b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(address)
            for address in addresses
        )
        server.sendto(head + question[12 : at + 5] + records, asker)
