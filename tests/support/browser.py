"""Measure pages in a real browser. Tests that need it are skipped without it, or fail if it is required.

The environment requires it with PMEXPORT_REQUIRE_BROWSER.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@cache
def find_browser() -> str:
    """Return the path of Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    reason = "Chromium is not installed. Run: tools/system-packages.sh browser"
    if os.environ.get("PMEXPORT_REQUIRE_BROWSER"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def measure(pages: list[bytes], width: int, script: str, folder: Path, *, scripts: bool = True) -> list[Any]:
    """Return what an expression in JavaScript gives for each page, in a window of this width.

    In the expression, `page` is the page's document, and `view` its window. The pages are in frames, because a window
    of Chromium cannot be as narrow as a phone. scripts: whether the pages' own scripts run.
    """
    sandbox = "" if scripts else "sandbox=allow-same-origin"
    frame = f'<iframe {sandbox} width={width} height=800 style="border:0" srcdoc="{{}}"></iframe>'
    frames = "".join(frame.format(escape(page.decode())) for page in pages)
    code = f"""onload = () => {{
      const found = [...document.querySelectorAll("iframe")].map(frame => {{
        const page = frame.contentDocument, view = frame.contentWindow
        return {script}
      }})
      document.body.innerHTML = "<pre></pre>"
      document.querySelector("pre").textContent = JSON.stringify(found)
    }}"""
    folder.mkdir(exist_ok=True)
    file = folder / "frames.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><script>{code}</script><body>{frames}", "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom"]
    options += [f"--user-data-dir={folder / 'profile'}"]
    run = subprocess.run(
        [find_browser(), *options, file.as_uri()], check=True, capture_output=True, text=True, encoding="utf-8"
    )
    shown = re.search(r"<pre>(\[.*\])</pre>", run.stdout, re.DOTALL)
    assert shown, run.stdout[:500]
    return list(json.loads(unescape(shown[1])))
