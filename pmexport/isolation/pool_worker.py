"""What runs in a worker of a pool: it renders one report after the other, until its caller closes the pipe or ends."""

import faulthandler
import gc
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from typing import IO, Any, NoReturn

from pmexport.collector import collect_rarely
from pmexport.errors import PmexportError
from pmexport.isolation.warm_parent import SMALL
from pmexport.isolation.worker import GRACE, make_answer
from pmexport.isolation.worker_streams import keep_output, queue_calls

FORMATS = ("md", "html", "docx", "pdf")
"""What a worker prepares itself for."""
LENGTHS = 16
"""Bytes in front of a message: the length of its head and that of its body, eight bytes each."""


def serve_calls(api: Any, folder: str) -> NoReturn:
    """Render the reports that arrive at standard input, and write the answers to standard output.

    api: the module `pmexport.api`, which this package must not import. folder: an empty one for temporary files, which
    is removed in the end.
    """
    collect_rarely()
    _use_folder(folder)
    out = keep_output()
    calls = queue_calls(_read_call, folder)
    for name in FORMATS:
        with suppress(PmexportError):  # the first call will say what is wrong, such as a missing Pango
            api.render(SMALL, name)
    gc.collect()
    gc.freeze()  # so that a collection between two calls looks only at what is new
    _send(out, b"", b"")
    while True:
        start, call = calls.get()
        _send(out, b"", b"")  # from here on, it is this call's fault if the process ends
        _enter(start, folder)
        answer, data = make_answer(api, call)
        faulthandler.cancel_dump_traceback_later()
        _send(out, json.dumps(answer).encode(), data)
        if answer["error"] == "":  # a bug, or memory that is exhausted: nobody knows what it left behind
            os._exit(0)
        gc.collect()


def _use_folder(folder: str) -> None:
    tempfile.tempdir = folder
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder))


def _read_call() -> tuple[dict[str, Any], bytes]:
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    start = json.loads(line)
    return start, sys.stdin.buffer.read(start["size"])


def _enter(start: dict[str, Any], folder: str) -> None:
    """Take over the caller's environment and folder, and end soon after the deadline if nobody stops this process."""
    if start["timeout"]:
        faulthandler.dump_traceback_later(start["timeout"] + GRACE, exit=True)
    if start["environment"] | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) != dict(os.environ):
        os.environ.clear()
        os.environ.update(start["environment"])
        _use_folder(folder)
        if hasattr(time, "tzset"):
            time.tzset()
    sys.path[:] = start["path"]
    try:
        os.chdir(start["folder"] or folder)
    except OSError:  # it no longer exists: nothing may be read from that of another call
        os.chdir(folder)


def _send(out: IO[bytes], head: bytes, body: bytes) -> None:
    out.write(len(head).to_bytes(8, "big") + len(body).to_bytes(8, "big") + head + body)
    out.flush()
