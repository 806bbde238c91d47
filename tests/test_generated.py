"""Check that the files derived from the sources are current. `make samples` updates them."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from pmexport import load, render
from pmexport._version import FORMAT_VERSION
from pmexport.report.model import json_schema

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
RENDERED = [(path, kind) for path in sorted(SAMPLES.glob("*.yaml")) for kind in ("md", "html")]
PUBLISHED = ROOT / "docs" / "schema" / f"report-{FORMAT_VERSION}.json"
"""The schema under the address that is its `$id`. Those of earlier versions stay beside it."""
INPUTS = runpy.run_path(str(ROOT / "tools" / "input_types.py"))
DIAGRAM = runpy.run_path(str(ROOT / "tools" / "layers_diagram.py"))


def schema() -> bytes:
    return (json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n").encode()


def rendered(path: Path, kind: str) -> Path:
    return path.with_suffix(f".{kind}")


@pytest.mark.parametrize(("path", "kind"), RENDERED, ids=lambda value: getattr(value, "stem", value))
def test_rendered_samples_are_current(path: Path, kind: str) -> None:
    assert rendered(path, kind).read_bytes() == render(load(path), kind), "run: make samples"


def test_the_schema_is_current() -> None:
    assert (SAMPLES / "pmexport.schema.json").read_bytes() == schema(), "run: make samples"


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_bytes() == schema(), "run: make samples"


def test_a_schema_that_accepts_other_reports_needs_another_version() -> None:
    assert _structure(json.loads(PUBLISHED.read_bytes())) == _structure(json_schema()), _CHANGED


_WORDS = ("description", "examples")
_CHANGED = (
    "The format has changed. Raise FORMAT_VERSION in pmexport/_version.py. If that version was not released yet, "
    f"delete {PUBLISHED} instead. Then run: make samples"
)


def _structure(part: Any) -> Any:
    """Return a schema without the words and examples that say how to use it."""
    if isinstance(part, dict):
        return {key: _structure(value) for key, value in part.items() if key not in _WORDS}
    if isinstance(part, list):
        return [_structure(value) for value in part]
    return part


def test_the_layer_diagram_is_current() -> None:
    assert "<!-- layers: begin -->\n```mermaid\n" in DIAGRAM["update_document"]()
    assert DIAGRAM["DOCUMENT"].read_text("utf-8") == DIAGRAM["update_document"](), "run: make samples"


def test_what_constructors_take_is_current() -> None:
    assert INPUTS["MODEL"].read_text("utf-8") == INPUTS["update_model"](), "run: make samples"


def update() -> None:
    """Write the derived files."""
    if PUBLISHED.exists() and _structure(json.loads(PUBLISHED.read_bytes())) != _structure(json_schema()):
        sys.exit(_CHANGED)
    PUBLISHED.write_bytes(schema())
    INPUTS["MODEL"].write_text(INPUTS["update_model"](), "utf-8")
    (SAMPLES / "pmexport.schema.json").write_bytes(schema())
    DIAGRAM["DOCUMENT"].write_text(DIAGRAM["update_document"](), "utf-8")
    for path, kind in RENDERED:
        rendered(path, kind).write_bytes(render(load(path), kind))


if __name__ == "__main__":
    update()
