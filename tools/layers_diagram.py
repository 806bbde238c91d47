"""Draw the layers contract in pyproject.toml as a Mermaid diagram: `python tools/layers_diagram.py`.

`make samples` puts the diagram into docs/architecture.md.
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
MARKERS = re.compile(r"(<!-- layers: begin -->\n).*?(<!-- layers: end -->)", re.DOTALL)


def read_layers() -> list[list[str]]:
    """Return the modules of each layer, from the top layer to the bottom one."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    contract = next(contract for contract in contracts if contract["type"] == "layers")
    return [[name.strip(" ()") for name in re.split(r"[|:]", layer)] for layer in contract["layers"]]


def draw_diagram() -> str:
    """Return the layers as a Mermaid flowchart. Each arrow means: may import this layer and all layers below it."""
    layers = read_layers()
    nodes = [f'  L{number}["{" · ".join(layer)}"]' for number, layer in enumerate(layers)]
    arrows = [f"  L{above} --> L{below}" for above, below in pairwise(range(len(layers)))]
    return "\n".join(["```mermaid", "flowchart TB", *nodes, *arrows, "```", ""])


def update_document() -> str:
    """Return docs/architecture.md with the current diagram between its markers."""
    return MARKERS.sub(lambda match: match[1] + draw_diagram() + match[2], DOCUMENT.read_text("utf-8"))


if __name__ == "__main__":
    print(draw_diagram(), end="")
