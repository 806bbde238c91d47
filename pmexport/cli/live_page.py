"""A web page that reloads itself while its report is being edited, served on this machine only.

The page is shown as it was written, without any script, in a frame of a page that waits for the next version.
"""

import json
import webbrowser
from base64 import b64encode
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import ClassVar

_SCRIPT = """
"use strict";
const frame = document.querySelector("iframe"), error = document.querySelector("pre");
const show = page => new Promise(done => {
  const inner = frame.contentWindow, x = inner.scrollX, y = inner.scrollY;
  frame.onload = () => { frame.contentWindow.scrollTo(x, y); document.title = frame.contentDocument.title; done(); };
  frame.src = page;
});
let version = 0, page = 0;
const follow = async () => {
  const state = await (await fetch(`/state?${version}`)).json();
  error.textContent = state.error;
  if (state.page !== page) await show(`/page?${state.page}`);
  ({ version, page } = state);
};
const pause = () => new Promise(go => setTimeout(go, 1000));
(async () => { for (;;) await follow().catch(pause); })();
"""
_FRAME = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>pmexport</title>
<style>
  html, body, iframe { border: 0; height: 100%; margin: 0; width: 100%; }
  body { display: flex; flex-direction: column; }
  pre { background: #fce8e6; color: #b3261e; margin: 0; padding: 1em; white-space: pre-wrap; }
  pre:empty { display: none; }
</style>
<pre role="status"></pre>
<iframe title="pmexport" sandbox="allow-same-origin allow-popups"></iframe>
<script>%s</script>
</html>
"""
_WAIT = 20
"""Seconds after which a question is answered even if nothing has changed."""


class LivePage:
    """Serves the latest version of a page."""

    def __init__(self) -> None:
        """Start the server, at a free port of the loopback interface."""
        self._page = b""
        self._pages = 0
        self._version = 0
        self._error = ""
        self._changed = Condition()
        handler = type("_Handler", (_Handler,), {"live": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """The URL."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def page(self) -> bytes:
        """The latest version of the page."""
        return self._page

    def open(self) -> None:
        """Open the page in a browser."""
        webbrowser.open(self.address)

    def update(self, page: bytes | None, error: str = "") -> None:
        """Show a new version of the page, or an error above the last one."""
        with self._changed:
            self._version += 1
            self._error = error
            if page is not None:
                self._page, self._pages = page, self._pages + 1
            self._changed.notify_all()

    def wait_for_change(self, version: int) -> dict[str, object]:
        """Return the state as soon as it is newer than this version, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, _WAIT)
            return {"version": self._version, "page": self._pages, "error": self._error}


class _Handler(BaseHTTPRequestHandler):
    live: ClassVar[LivePage]

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if self.headers["Host"] != self.live.address.split("/")[2]:  # a foreign name that leads here (DNS rebinding)
            self.send_error(HTTPStatus.FORBIDDEN)
        elif path == "/":
            self._send(_FRAME.replace("%s", _SCRIPT).encode(), "text/html; charset=utf-8", _allow_script())
        elif path == "/page":
            self._send(self.live.page, "text/html; charset=utf-8")
        elif path == "/state" and query.isdecimal():
            self._send(json.dumps(self.live.wait_for_change(int(query))).encode(), "application/json")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _send(self, data: bytes, kind: str, policy: str = "") -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print nothing: standard error is for the user."""


def _allow_script() -> str:
    digest = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
    rules = (f"script-src 'sha256-{digest}'", "style-src 'unsafe-inline'", "frame-src 'self'", "connect-src 'self'")
    return "; ".join(("default-src 'none'", *rules))
