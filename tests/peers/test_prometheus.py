"""Prometheus, which requires mutual TLS: set up by pasting, refused before, answered after."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from playwright.async_api import expect

import sourcekeep
from tests.served import serving
from tests.web.conftest import OpenVisit
from tests.web.workbench import Workbench

QUERY = "api/v1/query?query=up"


@dataclass(frozen=True)
class Prometheus:
    """A running server, and the three texts that a person pastes."""

    address: str
    ca_cert: str
    client_cert: str
    client_key: str


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    program = shutil.which("prometheus")
    assert program is not None, "Install Prometheus: `just prometheus` does, as root on Debian."
    folder = tmp_path_factory.mktemp("prometheus")
    ca = trustme.CA(organization_name="Monitoring")
    server, client = ca.issue_cert("localhost", "127.0.0.1"), ca.issue_cert("sourcekeep@shop.test")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    server.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    (folder / "web.yml").write_text(
        "tls_server_config:\n"
        "  cert_file: server.pem\n"
        "  key_file: server.pem\n"
        "  client_ca_file: ca.pem\n"
        "  client_auth_type: RequireAndVerifyClientCert\n"
    )
    (folder / "prometheus.yml").write_text("global: {scrape_interval: 1h}\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--web.config.file={folder / 'web.yml'}",
            f"--web.listen-address=127.0.0.1:{port}",
            f"--storage.tsdb.path={folder / 'data'}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
    )
    try:
        _until_it_listens(port, process, folder / "log")
        yield Prometheus(
            f"https://localhost:{port}/",
            ca.cert_pem.bytes().decode(),
            client.cert_chain_pems[0].bytes().decode(),
            client.private_key_pem.bytes().decode(),
        )
    finally:
        process.terminate()
        process.wait(20)


def _until_it_listens(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < give_up, log.read_text()
            time.sleep(0.1)


def test_each_missing_piece_is_named_until_it_answers(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    with sourcekeep.open(data_dir=tmp_path) as keep:
        source = keep.create("data-sources", {"kind": "restapi", "base_url": prometheus.address})
        ref = source["id"]

        def refused() -> tuple[str, str]:
            error = keep.call(ref, "GET", QUERY).error
            test = keep.test(ref)
            stage = next(one for one in test["stages"] if one["ok"] is False)
            assert error is not None
            assert test["certificates"]
            assert (error.code, error.stage) == (stage["code"], stage["stage"])
            return error.stage, error.code

        assert refused() == ("tls", "unknown_ca")
        keep.patch(
            "data-sources", ref, {"tls": {"mode": "ca_certificate", "ca_cert": prometheus.ca_cert}}
        )
        assert refused() == ("tls", "client_certificate_required")
        stranger = trustme.CA().issue_cert("stranger@shop.test")
        tls = {
            "mode": "client_certificate",
            "ca_cert": prometheus.ca_cert,
            "client_cert": stranger.cert_chain_pems[0].bytes().decode(),
            "client_key": stranger.private_key_pem.bytes().decode(),
        }
        keep.patch("data-sources", ref, {"tls": tls})
        assert refused() == ("tls", "client_certificate_rejected")
        own = {"client_cert": prometheus.client_cert, "client_key": prometheus.client_key}
        keep.patch("data-sources", ref, {"tls": own})
        assert keep.test(ref)["ok"]
        answer = keep.call(ref, "GET", QUERY)
        assert answer.data["status"] == "success"
        assert answer.data["data"]["resultType"] == "vector"


async def test_set_up_in_the_page_by_pasting(
    prometheus: Prometheus, open_visit: OpenVisit, tmp_path: Path
) -> None:
    with serving(tmp_path) as served:
        bench = Workbench(await open_visit(served.url), served)
        page = bench.visit.page
        await bench.enter_for_the_first_time()
        await bench.add_rest_api()
        await bench.field("Base URL").fill(prometheus.address)
        await bench.button("Test connection").click()
        strip = page.get_by_role("region", name="The connection fails at TLS")
        await expect(strip.get_by_text("Not trusted").first).to_be_visible()
        await bench.visit.picture("1 refused")

        await bench.paste_certificates("CA Certificate", ca_cert=prometheus.ca_cert)
        await bench.button("Test connection").click()
        strip = page.get_by_role("region", name="The connection fails at TLS")
        await expect(strip.get_by_text("client certificate").first).to_be_visible()
        await bench.visit.picture("2 client certificate required")

        await bench.paste_certificates(
            "Client Certificate",
            ca_cert=prometheus.ca_cert,
            client_cert=prometheus.client_cert,
            client_key=prometheus.client_key,
        )
        await bench.save()
        await bench.button("Test connection").click()
        await expect(page.get_by_role("heading", name="The connection works")).to_be_visible()
        await bench.visit.picture("3 works")

        await bench.create_query()
        await bench.field("Path").fill(QUERY)
        result = await bench.run()
        await expect(result.get_by_text("Query completed")).to_be_visible()
        await expect(result.get_by_text("success").first).to_be_visible()
        await bench.visit.picture("4 answered")
