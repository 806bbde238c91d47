"""The recipe for Slack, against a Slack of our own on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from recipes import ROOT, list_commands, list_files, serve_app, write_files

from pmexport import load, render

pytestmark = pytest.mark.slow
pytest.importorskip("slack_bolt")

SECRET, TOKEN = "a secret", "xoxb-1"
MINIMAL = (ROOT / "samples" / "minimal.yaml").read_bytes()
FILES = {
    "outage.yaml": MINIMAL,
    "wrong.yml": b"titel: <!channel>\n",
    "huge.yaml": b"title: T\n" + b"# more\n" * 200_000,
}


class FakeSlack(ThreadingHTTPServer):
    """Answers what the bot asks of Slack, and keeps what the bot says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.said: Queue[tuple[str, Any]] = Queue()

    def answer(self, path: str, body: bytes, token: str | None) -> bytes:
        """Return the answer to a call."""
        method = path.partition("?")[0].removeprefix("/api/")
        if method.startswith("/files/"):
            assert token == f"Bearer {TOKEN}"
            return FILES[method.removeprefix("/files/")]
        if method == "/upload":
            self.said.put(("upload", body))
            return b"OK"
        extra: dict[str, Any] = {}
        if method == "auth.test":
            extra = {"team_id": "T1", "user_id": "U1", "bot_id": "B1", "user": "bot", "team": "t", "url": self.address}
        elif method == "files.getUploadURLExternal":
            extra = {"upload_url": f"{self.address}/upload", "file_id": "F1"}
        else:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self.said.put((method, json.loads(body) if body.startswith(b"{") else form))
            extra = {"files": [{"id": "F1"}], "ts": "2"}
        return json.dumps({"ok": True} | extra).encode()


class _Handler(BaseHTTPRequestHandler):
    server: FakeSlack

    def do_POST(self) -> None:
        """Answer a call of the Web API, or an upload."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        data = self.server.answer(self.path, body, self.headers["Authorization"])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        """Answer a download."""
        self.headers["Content-Length"] = "0"
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def port(slack: FakeSlack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("bot")
    write_files("slack", folder)
    settings = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": f"{slack.address}/api/"}
    with serve_app(folder, list_commands("slack")[1], **settings) as port:
        yield port


def _send(port: int, data: dict[str, Any], secret: str = SECRET) -> tuple[int, bytes]:
    """Send what Slack sends, with its signature."""
    body, now = json.dumps(data), str(int(time.time()))
    signature = hmac.new(secret.encode(), f"v0:{now}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={signature}",
    }
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/slack/events", body, headers)
        response = connection.getresponse()
        return response.status, response.read()


def _mention(slack: FakeSlack, *names: str, thread: str = "") -> dict[str, Any]:
    """Return the event of a message that mentions the bot, with files."""
    files = [{"name": name, "url_private_download": f"{slack.address}/files/{name}"} for name in names]
    event = {"type": "app_mention", "user": "U2", "text": "<@U1>", "ts": "1.1", "channel": "C1", "files": files}
    event |= {"thread_ts": thread} if thread else {}
    return {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "E1", "event": event}


def test_a_report_is_answered_with_its_pdf(port: int, slack: FakeSlack) -> None:
    assert _send(port, _mention(slack, "outage.yaml", thread="0.9"))[0] == 200
    kind, data = slack.said.get()
    assert kind == "upload"
    assert render(load(MINIMAL, format="yaml"), "pdf") in data
    kind, form = slack.said.get()
    assert (kind, form["channel_id"], form["thread_ts"]) == ("files.completeUploadExternal", "C1", "0.9")
    assert json.loads(form["files"]) == [{"id": "F1", "title": "outage.pdf (draft)"}]


@pytest.mark.parametrize(
    ("names", "part"),
    [
        (["wrong.yml"], "Did you mean title?"),
        (["wrong.yml"], "wrong.yml needs changes:\n• "),
        (["huge.yaml"], "file_bytes=1000000"),
        ([], "Attach the report"),
        (["picture.png"], "Attach the report"),
    ],
)
def test_problems_are_said_in_the_thread(port: int, slack: FakeSlack, names: list[str], part: str) -> None:
    assert _send(port, _mention(slack, *names))[0] == 200
    kind, message = slack.said.get()
    assert (kind, message["channel"], message["thread_ts"]) == ("chat.postMessage", "C1", "1.1")
    assert part in message["text"]
    assert "<" not in message["text"]  # notifies nobody


def test_an_unsigned_request_does_nothing(port: int, slack: FakeSlack) -> None:
    assert _send(port, _mention(slack, "outage.yaml"), "another secret")[0] == 401
    assert slack.said.empty()


def test_the_address_is_verified(port: int) -> None:
    status, body = _send(port, {"type": "url_verification", "challenge": "c"})
    assert (status, b"c" in body) == (200, True)


def test_the_manifest_asks_for_what_the_code_uses() -> None:
    files = list_files("slack")
    manifest = yaml.safe_load(files["manifest.yaml"])
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_mention"]
    assert '@bot.event("app_mention")' in files["bot.py"]
    assert manifest["settings"]["event_subscriptions"]["request_url"].endswith("/slack/events")
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {
        "app_mentions:read",
        "chat:write",
        "files:read",
        "files:write",
    }
