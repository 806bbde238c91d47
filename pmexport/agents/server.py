"""The server: the tools and resources of pmexport over the Model Context Protocol, on standard input and output.

The SDK keeps everything but the protocol out of standard output: what a library or a child prints goes to standard
error.
"""

from __future__ import annotations

import inspect
import json
from importlib import resources
from pathlib import Path

from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations

from pmexport._version import __version__
from pmexport.agents.arguments import CheckedTool
from pmexport.agents.tools import Tools, list_rules
from pmexport.agents.workspace import Workspace
from pmexport.report.model import json_schema

_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = """\
Write a post-mortem report as YAML, then validate, check and render it with these tools. Read pmexport://guide first.
All paths are relative to the folder that the server was started in, and below it. Every result has `ok` and `problems`;
each problem has `path`, `line` and `column`, and `help` says what to do. Existing files are kept unless you pass
`overwrite`."""


def read_guide() -> str:
    """Return the guide for agents, as Markdown."""
    return resources.files(__package__).joinpath("guide.md").read_text("utf-8")


def make_server(folder: Path, timeout: float) -> MCPServer:
    """Return the server for a folder. timeout: seconds that one rendering or check may take."""
    tools = Tools(Workspace(folder.resolve()), timeout)
    listed = (
        (tools.validate, "validate", _READS),
        (tools.check, "check", _READS),
        (tools.render, "render", _WRITES),
        (tools.import_files, "import", _WRITES),
        (tools.facts, "facts", _READS),
        (tools.explain_rule, "explain-rule", _READS),
    )
    server: MCPServer = MCPServer(
        "pmexport",
        title="Post-mortem reports",
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
        tools=[
            CheckedTool.from_function(function, name, description=inspect.getdoc(function), annotations=hints)
            for function, name, hints in listed
        ],
    )
    _add_resources(server)
    return server


def _add_resources(server: MCPServer) -> None:
    @server.resource("pmexport://schema", title="JSON Schema of a report", mime_type="application/schema+json")
    def schema() -> str:
        return json.dumps(json_schema(), ensure_ascii=False)

    @server.resource("pmexport://rules", title="Rules of check", mime_type="application/json")
    def rules() -> str:
        return json.dumps(list_rules(), ensure_ascii=False)

    @server.resource("pmexport://guide", title="How to write a report", mime_type="text/markdown")
    def guide() -> str:
        return read_guide()
