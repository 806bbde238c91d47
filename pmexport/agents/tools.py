"""What an agent can do: each tool takes paths and returns plain data. Errors are data too."""

from __future__ import annotations

import datetime as dt
import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, NotRequired, ParamSpec, TypeVar, cast

from pydantic import Field
from typing_extensions import TypedDict  # until Python 3.12, Pydantic needs this one

from pmexport import api
from pmexport.agents.workspace import Workspace
from pmexport.checks import rule_registry
from pmexport.checks.levels import find_lowered
from pmexport.checks.suppression import suggest_rule
from pmexport.errors import InputError, PmexportError
from pmexport.house_style.config import Config
from pmexport.house_style.config_files import find_config
from pmexport.house_style.theme_choice import choose_theme
from pmexport.importing import loading
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.sources import read_sources
from pmexport.problems import Problem
from pmexport.renderers import registry
from pmexport.theming import themes

ReportPath = Annotated[str, Field(description="The report's path, relative to the folder of the server.")]
Formats = Annotated[list[str], Field(description="One or more of pdf, docx, html and md.", examples=[["pdf", "docx"]])]
OutputFolder = Annotated[str | None, Field(description="Where to write. Default: beside the report.")]
Theme = Annotated[
    str | None,
    Field(description="A built-in theme's name, or the path of a theme's folder. Default: that of the house style."),
]
Date = Annotated[str | None, Field(description="The date on which action items count as overdue: 2026-04-01.")]
Today = Annotated[str | None, Field(description="The date of the check: 2026-04-01. Default: the current date.")]
WordTemplate = Annotated[str | None, Field(description="The path of a company's .docx or .dotx file.")]
Language = Annotated[
    str | None, Field(description="The language of the document's own words: de, pt-BR. Default: the report's.")
]
PdfStandard = Annotated[str | None, Field(description="For PDF: ua-1, a-1b, a-2a, a-2u, a-3a or a-3u. Default: ua-1.")]
Unfinished = Annotated[bool, Field(description="Render a final report that has errors, marked as unfinished.")]
Overwrite = Annotated[bool, Field(description="Replace existing files. Otherwise nothing is written if one exists.")]
SourceFiles = Annotated[list[str], Field(description="The paths of files that belong to one incident.")]
OutputFile = Annotated[str | None, Field(description="The YAML file to write. Default: beside the first file.")]
ImportFormat = Annotated[str | None, Field(description="The format's name, if the content does not tell it.")]
KeepContacts = Annotated[bool, Field(description="Keep phone numbers, email addresses and avatars.")]
RuleId = Annotated[str, Field(description="The rule's id, as findings give it: PM012.")]
_turns = threading.BoundedSemaphore(os.cpu_count() or 1)
"""An agent may call many tools at once; so many processes work at a time."""
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result", bound="Result")


class ProblemData(TypedDict):
    """Something that is wrong, or that its author should look at."""

    level: str
    """error, warning or note."""
    id: str
    """The rule that found it, for `explain-rule`; empty if no rule did."""
    path: str
    """Where in the report, such as `timeline[3].time`."""
    file: str
    line: int | None
    column: int | None
    message: str
    help: str
    """What to do."""


class Result(TypedDict):
    """What became of a call."""

    ok: bool
    """Whether it succeeded; otherwise the problems say why it did not."""
    problems: list[ProblemData]


class Checked(Result):
    """The findings of a check; `ok` unless one of them is an error."""

    configuration: NotRequired[str]
    """The file of the organisation that sets the levels of rules; empty if there is none."""
    lowered: NotRequired[dict[str, str]]
    """The rules whose level it lowers."""


class Written(Result):
    """The files that were written, relative to the folder."""

    files: NotRequired[list[str]]


class Imported(Written):
    """The report that was written, its images, and a note for each part of the sources."""

    notes: NotRequired[list[dict[str, Any]]]


class FactsData(Result):
    """What follows from a report."""

    facts: NotRequired[dict[str, Any]]


class RuleData(Result):
    """A rule of `check`."""

    rule: NotRequired[dict[str, Any]]


def _return_errors(tool: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return a tool that returns errors as data."""

    @functools.wraps(tool)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return tool(*args, **kwargs)
        except PmexportError as error:
            return cast("_Result", {"ok": False, "problems": list_problems(error.problems)})

    return call


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools, in a folder. timeout: seconds that one rendering or check may take."""

    workspace: Workspace
    timeout: float

    @_return_errors
    def validate(self, report: ReportPath) -> Result:
        """Read a report and return every problem that makes it invalid, with its place and what to do about it.

        Correct the file and validate again until `ok` is true; then check it.
        """
        remarks: list[Problem] = []
        path = self.workspace.find(report)
        api.load(path, config=self._find_config(path), warnings=remarks)
        return {"ok": True, "problems": list_problems(replace(one, level="warning") for one in remarks)}

    @_return_errors
    def check(self, report: ReportPath, today: Today = None) -> Checked:
        """Find what is missing, contradictory, unsafe or unfinished in a report.

        A final report with errors is not rendered. `explain-rule` explains each finding's id.
        """
        path = self.workspace.find(report)
        date = today or dt.datetime.now().astimezone().date()
        config = self._find_config(path)
        with _turns:
            found = api.check(path, config=config, today=date, timeout=self.timeout)
        lowered = find_lowered(config.checks, rule_registry.list_rules())
        return {
            "ok": not any(problem.level == "error" for problem in found),
            "problems": list_problems(found),
            "configuration": self._show(config.path),
            "lowered": cast("dict[str, str]", lowered),
        }

    @_return_errors
    def render(
        self,
        report: ReportPath,
        formats: Formats,
        folder: OutputFolder = None,
        theme: Theme = None,
        as_of: Date = None,
        word_template: WordTemplate = None,
        language: Language = None,
        pdf_standard: PdfStandard = None,
        allow_unfinished: Unfinished = False,
        overwrite: Overwrite = False,
    ) -> Written:
        """Render a report in one or more formats, and return the paths of the files that were written."""
        _require(formats, "formats")
        path = self.workspace.find(report)
        config = self._find_config(path)
        look = self._find_theme(theme, config)
        template = self.workspace.find(word_template) if word_template else None
        target = self.workspace.find(folder) if folder else path.parent
        warnings: list[Problem] = []
        outputs = {
            self.workspace.find(f"{target.as_posix()}/{path.stem}.{registry.find_renderer(name).suffix}"): name
            for name in dict.fromkeys(formats)
        }
        inputs = [path, *self._list_inputs(path, look, config), *filter(None, [template])]
        self.workspace.refuse_targets(outputs, overwrite=overwrite, inputs=inputs)
        documents: dict[Path, bytes] = {}
        for output, name in outputs.items():
            options: dict[str, Any] = {"word_template": str(template)} if template and name == "docx" else {}
            options |= {"standard": pdf_standard} if pdf_standard and name == "pdf" else {}
            with _turns:
                documents[output] = api.render(
                    path,
                    name,
                    config=config,
                    theme=look,
                    as_of=as_of,
                    language=language,
                    warnings=warnings,
                    allow_unfinished=allow_unfinished,
                    timeout=self.timeout,
                    **options,
                )
        self.workspace.write(documents, overwrite=overwrite)
        return {
            "ok": True,
            "problems": list_problems(dict.fromkeys(warnings)),
            "files": [output.as_posix() for output in documents],
        }

    @_return_errors
    def import_files(
        self,
        files: SourceFiles,
        output: OutputFile = None,
        format: ImportFormat = None,  # noqa: A002 - the word users know
        keep_contacts: KeepContacts = False,
        overwrite: Overwrite = False,
    ) -> Imported:
        """Turn the files of an incident into one report: Markdown, a Word file, or JSON that an incident tool exported.

        Nothing is invented or dropped silently: `notes` says what became of each part of the source, and `problems`
        which of them need attention. Images are written too. The report is never final.
        """
        _require(files, "files")
        sources = [self.workspace.find(file) for file in files]
        target = self.workspace.find(output or sources[0].with_suffix(".yaml").as_posix())
        if target.suffix.lower() not in (".yaml", ".yml"):
            raise InputError(
                [Problem("the report is written as YAML.", file=str(target), help="Use the suffix .yaml.")]
            )
        pictures = f"{target.stem}-pictures"
        style = self._find_config(sources[0])
        options = ImportOptions(keep_contacts, limits=style.resolve_limits(None), style=style, pictures=pictures)
        draft = loading.import_sources(read_sources(sources), format, options)
        documents = {self.workspace.find((target.parent / name).as_posix()): data for name, data in draft.files.items()}
        documents[target] = draft.to_yaml().encode()
        self.workspace.refuse_targets(documents, overwrite=overwrite, inputs=sources)
        self.workspace.write(documents, overwrite=overwrite)
        return {
            "ok": True,
            "problems": list_problems(draft.problems),
            "files": [path.as_posix() for path in documents],
            "notes": [note.as_dict() for note in draft.notes],
        }

    @_return_errors
    def facts(self, report: ReportPath, as_of: Date = None) -> FactsData:
        """Return what follows from a report: milestones, response times in seconds, and states of action items."""
        path = self.workspace.find(report)
        found = api.facts(path, config=self._find_config(path), as_of=as_of)
        return {"ok": True, "problems": list_problems(found.problems), "facts": found.as_dict()}

    @_return_errors
    def explain_rule(self, id: RuleId) -> RuleData:  # noqa: A002 - the name that findings use
        """Return what a rule of `check` looks for, its level, and why it matters."""
        rules = {rule["id"]: rule for rule in list_rules()}
        wanted = id.strip().upper()
        if wanted not in rules:
            raise InputError([Problem(f"there is no rule {wanted[:20]!r}.", help=suggest_rule(wanted, rules.keys()))])
        return {"ok": True, "problems": [], "rule": rules[wanted]}

    def _find_theme(self, name: str | None, config: Config) -> themes.Theme:
        """Return a built-in theme, or one that inherits from themes inside only; by default that of the house style."""
        found = choose_theme(
            name if name is None or name in themes.theme_names() else self.workspace.find(name), config
        )
        own = (folder for folder in found.folders if folder.parent != themes.built_in_folder())
        if not all(map(self.workspace.contains, own)):
            message = "the theme inherits from a folder outside."
            place = (config.theme or "") if name is None else name
            raise InputError([Problem(message, file=place, help="Use a built-in theme, or copy it inside.")])
        return found

    def _find_config(self, report: Path) -> Config:
        """Return the house style nearest to a report, in its folder or above it, but not outside the workspace."""
        config = find_config(report.parent, self.workspace.contains)
        if config.template_path and not self.workspace.contains(config.template_path):
            message = "the house style names a Word template outside the folder."
            raise InputError([Problem(message, file=self._show(config.path), help="Copy it inside.")])
        return config

    def _list_inputs(self, report: Path, theme: themes.Theme, config: Config) -> Iterator[Path]:
        """Yield the files that a document is made from, apart from the report."""
        from pmexport.document.source_files import find_files  # noqa: PLC0415 - imports Markdown

        yield from find_files(api.load(report, config=config))
        yield from theme.list_files()
        yield from filter(None, (config.path, config.template_path, *config.other_paths))

    def _show(self, path: Path | None) -> str:
        return "" if path is None else Path(os.path.relpath(path, self.workspace.root)).as_posix()


def list_rules() -> list[dict[str, Any]]:
    """Return the rules of `check`, with those of other packages, as data."""
    return [
        {
            "id": one.rule.id,
            "name": one.rule.name,
            "level": one.rule.level,
            "until_final": one.rule.until_final or one.rule.level,
            "reason": one.rule.reason,
            "package": one.origin or "pmexport",
        }
        for one in rule_registry.find_rules()[0]
    ]


def _require(values: list[str], name: str) -> None:
    """Raise InputError for an empty list."""
    if not values:
        raise InputError([Problem(f"`{name}` is empty.", help="Name at least one.")])


def list_problems(problems: Iterable[Problem]) -> list[ProblemData]:
    """Return problems as data."""
    return [cast("ProblemData", problem.as_dict()) for problem in problems]
