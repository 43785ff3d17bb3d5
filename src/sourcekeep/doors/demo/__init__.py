"""A demo API to try Sourcekeep on: a bearer-guarded address over http, TLS and mutual TLS.

It plays the upstream, so it knows nothing of Sourcekeep: no floor below is imported here.
"""

from sourcekeep.doors.demo.bearer_api import TOKEN
from sourcekeep.doors.demo.servers import Addresses, Demo, DemoPorts, DemoPortTaken

__all__ = ["TOKEN", "Addresses", "Demo", "DemoPortTaken", "DemoPorts"]
