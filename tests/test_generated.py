"""Check that the files derived from the sources are current. `make samples` updates them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from pmexport import load, render
from pmexport.report.model import json_schema

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
RENDERED = [(path, kind) for path in sorted(SAMPLES.glob("*.yaml")) for kind in ("md", "html")]
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


def test_the_layer_diagram_is_current() -> None:
    assert "<!-- layers: begin -->\n```mermaid\n" in DIAGRAM["update_document"]()
    assert DIAGRAM["DOCUMENT"].read_text("utf-8") == DIAGRAM["update_document"](), "run: make samples"


def update() -> None:
    """Write the derived files."""
    (SAMPLES / "pmexport.schema.json").write_bytes(schema())
    DIAGRAM["DOCUMENT"].write_text(DIAGRAM["update_document"](), "utf-8")
    for path, kind in RENDERED:
        rendered(path, kind).write_bytes(render(load(path), kind))


if __name__ == "__main__":
    update()
