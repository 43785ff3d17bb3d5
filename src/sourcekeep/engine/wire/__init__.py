"""The wire: HTTP/1.1 over pooled connections, with limits, timings and typed failures.

`Wire.send` is the only way out of Sourcekeep. Values in `values`, what may be dialled in `address`,
a connection's life in `opening`, `connection` and `pool`, one request in `exchange`, the grammar in
`framing`, outbound proxies in `proxy`, Content-Encoding in `decode`.
"""

from sourcekeep.engine.wire.address import AddressPolicy, Places
from sourcekeep.engine.wire.decode import ACCEPT_ENCODING, decode_body, plain_body
from sourcekeep.engine.wire.opening import OnVerified
from sourcekeep.engine.wire.proxy import Proxy
from sourcekeep.engine.wire.response import WireResponse
from sourcekeep.engine.wire.values import (
    Knock,
    Origin,
    Phase,
    Timings,
    WireFailed,
    WireLimits,
    WireRequest,
)
from sourcekeep.engine.wire.wire import Wire
from sourcekeep.engine.wire.writing import header_block

__all__ = [
    "ACCEPT_ENCODING",
    "AddressPolicy",
    "Knock",
    "OnVerified",
    "Origin",
    "Phase",
    "Places",
    "Proxy",
    "Timings",
    "Wire",
    "WireFailed",
    "WireLimits",
    "WireRequest",
    "WireResponse",
    "decode_body",
    "header_block",
    "plain_body",
]
