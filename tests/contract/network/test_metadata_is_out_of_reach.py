"""A canary on the cloud metadata address, and a name server that changes its mind: nothing gets there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("way", [(), ("injected",)], ids=["own network", "injected look-up"])
def test_no_way_leads_to_the_metadata_address(
    way: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    """Where the kernel forbids a network of its own, the first is the second: never nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.network.try_to_reach", *way],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"the machine could not play the network:\n{done.stderr}"
    report = json.loads(done.stdout)
    record_property("way", report["way"])
    told = report["told"]
    assert told.pop("steady.test") == "200"
    assert told.pop("both.test") == "200"
    assert told.pop("turning.test") == "200"
    assert told.pop("turning.test asked") == "2"
    assert set(told.values()) == {"address_blocked"}, told
    assert len(told) >= 14
    assert report["canary"] == 0
    assert report["public"] == 3
