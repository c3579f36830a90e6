"""`updaterun serve`: a fake fleet as a server, for clients in any language."""

from __future__ import annotations

import sys
from socketserver import TCPServer, ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import click

from ..fake import FakeFleet, app
from ..wording import printable
from .arguments import not_empty
from .output import Failed, echo

_SECONDS = 30
"""How long a connection may stay silent."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind the server, without looking up the name of its address."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def handle_error(self, *_: object) -> None:
        """Write a line about a connection that has failed, such as one that stays silent."""
        echo(f"a connection has failed: {type(sys.exception()).__name__}", err=True)


class _Handler(WSGIRequestHandler):
    timeout = _SECONDS
    path = "-"  # until there is a line of a request that can be read

    def address_string(self) -> str:
        """Return the address of the client, without looking up its name."""
        return str(self.client_address[0])

    def log_request(self, code: int | str = "-", *_: object) -> None:
        """Write the method, the path and the status of a request to the standard error, without its query."""
        self.log_message("%s %s %s", self.command or "-", self.path.partition("?")[0], code)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Write a line to the standard error."""
        echo(printable(format % args), err=True)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, metavar="PORT", help="0 is a free one.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    callback=not_empty,
    help="The address to listen on. Other machines can reach the server at any address except the default.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="The same seed and the same requests give the same responses."
)
@click.option("--tick-on-get/--no-tick-on-get", default=True, show_default=True, help="Every GET is a step of the service.")
@click.option("--asynchronous", is_flag=True, help="Accept requests with 202, and show them in progress at the first poll.")
def serve(port: int, host: str, seed: int, tick_on_get: bool, asynchronous: bool) -> None:  # noqa: FBT001 - click passes them by name
    """Serve a fake fleet over HTTP, until Ctrl-C.

    Any valid subscription id, resource group and fleet name is accepted, and any api-version. Every GET is a step of the
    service, so that a client that polls reaches an end. POST /fake/tick is a step, too, and POST /fake/fail/aks-02 lets the next update of a
    member fail.

    \b
    Examples:
      updaterun serve
      updaterun serve --port 0 --no-tick-on-get
    """
    fleet = FakeFleet(seed=seed, asynchronous=asynchronous)
    try:
        server = _Server((host, port), _Handler)
    except OSError as error:
        raise Failed(f"cannot listen on {printable(host)}:{port}: {error.strerror}") from error
    with server:
        server.set_app(app(fleet, tick_on_get=tick_on_get))
        echo(f"serving a fake fleet at http://{host}:{server.server_port}")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            echo("updaterun: stopped", err=True)
