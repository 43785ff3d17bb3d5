"""The upstream of every contest: nginx behind mutual TLS, answering 1 KB of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import trustme

from bench import tools
from bench.processes import LOAD_CORE, Process

BODY = json.dumps({"id": 7, "name": "Ada", "text": "x" * 988}, separators=(",", ":"))

_CONFIG = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000; keepalive_timeout 600s; default_type application/json;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    ssl_client_certificate {folder}/ca.pem; ssl_verify_client on; ssl_protocols TLSv1.3;
    location /items/ {{ return 200 '{body}'; }}
    location /files/ {{ root {folder}; sendfile off; }}
  }}
}}
"""


@dataclass(frozen=True)
class Upstream:
    """Where it listens, and the files that a client needs."""

    process: Process
    port: int
    folder: Path

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def pem(self, name: str) -> Path:
        """`ca.pem`, `client.pem` (certificate) or `client.key`."""
        return self.folder / name


def start(folder: Path, *, port: int = 18443) -> Upstream:
    """nginx with a private CA; the token it would ask for is checked by nobody: TLS is the cost."""
    nginx = tools.debian("nginx", "nginx-light")
    authority = trustme.CA()
    server, client = authority.issue_cert("localhost"), authority.issue_cert("bench@client")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    server.cert_chain_pems[0].write_to_path(folder / "server.pem")
    server.private_key_pem.write_to_path(folder / "server.key")
    client.cert_chain_pems[0].write_to_path(folder / "client.pem")
    client.private_key_pem.write_to_path(folder / "client.key")
    (folder / "nginx.conf").write_text(_CONFIG.format(folder=folder, port=port, body=BODY))
    process = Process(
        [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)],
        core=LOAD_CORE,
        log=folder / "nginx.log",
    )
    process.still_runs()
    return Upstream(process, port, folder)
