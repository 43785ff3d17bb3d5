"""`sourcekeep source …`: data sources from the command line."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli import assignments, connection_test
from sourcekeep.doors.cli.command import command, wrong_use
from sourcekeep.doors.cli.output import Output
from sourcekeep.doors.cli.request_options import Header
from sourcekeep.doors.cli.secret_fields import write_only_fields
from sourcekeep.kit import exact_json

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(
    help="Data sources: add, list, show, edit, retire, rm, test.", no_args_is_help=True
)

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="Its name or id.")]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Base URL of the API.")
]
Auth = Annotated[
    str | None, typer.Option("--auth", metavar="TYPE", help="none, basic, bearer, api_key, …")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Any other field, e.g. auth.username=ann; once for each.",
    ),
]
Secret = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="FIELD[=FILE]",
        help="A secret field, e.g. auth.token: asked for, or read from FILE (- is stdin).",
    ),
]
SecretFrom = Annotated[
    list[str] | None,
    typer.Option(
        "--secret-from",
        metavar="FIELD=REFERENCE",
        help="A secret field that is kept elsewhere, e.g. auth.token=env:API_TOKEN.",
    ),
]
CaCert = Annotated[str | None, typer.Option("--ca-cert", metavar="FILE", help="CA Cert, PEM.")]
ClientCert = Annotated[
    str | None, typer.Option("--client-cert", metavar="FILE", help="Client Cert, PEM.")
]
ClientKey = Annotated[
    str | None, typer.Option("--client-key", metavar="FILE", help="Client Key, PEM.")
]
FromFile = Annotated[
    str | None,
    typer.Option("--from", metavar="FILE", help="A source as JSON (- is stdin); options win."),
]


def _document(
    keep: "Keep",
    from_file: str | None,
    base_url: str | None,
    header: list[str] | None,
    auth: str | None,
    settings: list[str] | None,
    secrets: list[str] | None,
    kept_elsewhere: list[str] | None,
) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if from_file is not None:
        try:
            document = exact_json.loads_as_typed(assignments.read_text(from_file, option="--from"))
        except ValueError as error:
            wrong_use(f"--from {from_file} is not JSON: {error}.")
    if base_url is not None:
        document["base_url"] = base_url
    if header:
        document["headers"] = [assignments.header(word) for word in header]
    if auth is not None:
        assignments.put_at(document, "auth.type", auth)
    secret_fields = write_only_fields(keep.kinds()) if settings else frozenset()
    for word in settings or ():
        name, value = assignments.split(word, option="--set")
        if name in secret_fields:
            wrong_use(
                f"{name} is a secret, and arguments can be read by others on this machine: "
                f"use --secret {name}, which asks for it, or --secret {name}=FILE."
            )
        assignments.put_at(document, name, _value(value))
    for word in secrets or ():
        assignments.put_at(document, *assignments.secret(word))
    for word in kept_elsewhere or ():
        name, reference = assignments.split(word, option="--secret-from")
        assignments.put_at(document, name, {"from": reference})
    return document


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    try:
        return exact_json.loads_as_typed(text)
    except ValueError:
        return text


def _certificates(
    document: dict[str, Any], ca_cert: str | None, client_cert: str | None, client_key: str | None
) -> None:
    """Certificate files choose their SSL Certificate mode, as choosing it in the page does."""
    files = {"ca_cert": ca_cert, "client_cert": client_cert, "client_key": client_key}
    for field, place in files.items():
        if place is not None:
            option = f"--{field.replace('_', '-')}"
            text = assignments.read_text(place, option=option)
            assignments.put_at(document, f"tls.{field}", text)
    if client_cert or client_key:
        document["tls"].setdefault("mode", "client_certificate")
    elif ca_cert:
        document["tls"].setdefault("mode", "ca_certificate")


@app.command("add")
@command
def add(
    keep: "Keep",
    out: Output,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Its name; else restapi, restapi_2, …")
    ] = None,
    base_url: BaseUrl = None,
    header: Header = None,
    auth: Auth = None,
    settings: Set = None,
    secret: Secret = None,
    secret_from: SecretFrom = None,
    ca_cert: CaCert = None,
    client_cert: ClientCert = None,
    client_key: ClientKey = None,
    from_file: FromFile = None,
) -> None:
    """Add a data source."""
    document = {"kind": "restapi"}
    document |= _document(keep, from_file, base_url, header, auth, settings, secret, secret_from)
    _certificates(document, ca_cert, client_cert, client_key)
    if name is not None:
        document["name"] = name
    saved = keep.create("data-sources", document)
    _show(out, saved)
    out.say(f"Added the data source {saved['name']}.")


@app.command("list")
@command
def list_(
    keep: "Keep",
    out: Output,
    search: Annotated[str, typer.Option("--search", metavar="TEXT", help="Part of a name.")] = "",
) -> None:
    """List data sources."""
    items = keep.list("data-sources", **({"search": search} if search else {}))
    rows = items if out.as_json else [{**item, "auth": item["auth"]["type"]} for item in items]
    columns = (("NAME", "name"), ("BASE URL", "base_url"), ("AUTHENTICATION", "auth"))
    out.table(rows, columns, empty="No data sources yet. Add one: sourcekeep source add")


@app.command("show")
@command
def show(keep: "Keep", out: Output, source: Source) -> None:
    """Show a data source; its secrets are never shown."""
    out.document(keep.get("data-sources", source))


@app.command("edit")
@command
def edit(
    keep: "Keep",
    out: Output,
    source: Source,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="A new name.")] = None,
    base_url: BaseUrl = None,
    header: Header = None,
    auth: Auth = None,
    settings: Set = None,
    secret: Secret = None,
    secret_from: SecretFrom = None,
    ca_cert: CaCert = None,
    client_cert: ClientCert = None,
    client_key: ClientKey = None,
    from_file: FromFile = None,
) -> None:
    """Change a data source; what is not named stays as it is.

    Headers that are named take the place of all that are there.
    """
    patch = _document(keep, from_file, base_url, header, auth, settings, secret, secret_from)
    _certificates(patch, ca_cert, client_cert, client_key)
    if name is not None:
        patch["name"] = name
    if not patch:
        wrong_use("Nothing to change: name at least one option.")
    saved = keep.patch("data-sources", source, patch)
    _show(out, saved)
    out.say(f"Changed the data source {saved['name']}.")


@app.command("retire")
@command
def retire(keep: "Keep", out: Output, source: Source) -> None:
    """Make the next credential (auth.next) the current one and forget the old one."""
    saved = keep.retire_credential(source)
    _show(out, saved)
    out.say(f"Retired the old credential of the data source {saved['name']}.")


@app.command("rm")
@command
def rm(keep: "Keep", out: Output, source: Source) -> None:
    """Delete a data source that no query uses."""
    keep.remove("data-sources", source)
    out.say(f"Deleted the data source {source}.")


@app.command("test")
@command
def test(keep: "Keep", out: Output, source: Source) -> int:
    """Test the connection, stage by stage; exit 1 when a stage fails."""
    return connection_test.tell(out, keep.test(source))


def _show(out: Output, document: dict[str, Any]) -> None:
    if out.as_json:
        out.document(document)
