"""Make the reports, to see that what the type checkers accept is what the constructors take."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from consumer.documents import (
    explain_error,
    list_formats,
    measure,
    publish,
    serve_both,
    take_over,
    write_everywhere,
)
from consumer.reports import change_report, make_from_json, make_from_variables, make_report, read_report
from pmexport import RenderPool

report = make_report()
assert report.commander is not None
assert [report.date, report.revision, report.commander.name] == ["2026-03-14", "3", "Bob"]
assert [event.time for event in report.timeline] == ["10:00", None, "10:10:00"]
assert [person.name for person in report.responders] == ["Ana", "Ivo", "Kim"]
assert report.impact.model_extra == {"Refunds issued": "312"}
assert make_from_variables().services == ("search", "index")
assert make_from_json('{"title": "x", "status": "nosuch"}') == "expected draft, in_review or final"
changed = change_report(report)
assert [event.event for event in changed.timeline][-1] == "Rolled back."
assert {item.status for item in changed.action_items} == {"done"}
assert "Bob" in read_report(changed)

with TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "report.yaml").write_text("title: Search was slow\n", "utf-8")
    assert publish(folder / "report.yaml")
    assert all(path.is_file() for path in write_everywhere(report, folder))
assert explain_error({"titel": "x"})[0]["path"] == "titel"
assert measure(report)["overdue"] == 1
assert list_formats()["pdf"] == "application/pdf"
with RenderPool(1) as pool:
    texts = asyncio.run(serve_both(pool, {"title": "Search was slow"}))
assert all("Search was slow" in text.decode() for text in texts)
assert "Search was slow" in take_over(b"# Search was slow\n")
