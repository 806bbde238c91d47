"""The recipe for Django, in a project with nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from recipes import ROOT, write_files

from pmexport import load, render

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser of Django's own, which sends the token of the form."""
    django = pytest.importorskip("django")
    folder = tmp_path_factory.mktemp("project")
    write_files("django", folder)
    (folder / "postmortems" / "__init__.py").touch()
    sys.path.insert(0, str(folder))
    import_module("django.conf").settings.configure(
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF="postmortems.urls",
        INSTALLED_APPS=["postmortems"],
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        LOGGING_CONFIG=None,
    )
    django.setup()
    yield import_module("django.test").Client(enforce_csrf_checks=True)
    import_module("postmortems.views").pool.close()
    sys.path.remove(str(folder))


def _upload(client: Any, text: bytes, name: str = "report.yaml") -> Any:
    upload = import_module("django.core.files.uploadedfile").SimpleUploadedFile(name, text)
    token = client.get("/postmortems/").cookies["csrftoken"].value
    return client.post("/postmortems/", {"report": upload, "csrfmiddlewaretoken": token})


def test_an_upload_becomes_a_pdf(client: Any) -> None:
    text = (ROOT / "samples" / "minimal.yaml").read_bytes()
    answer = _upload(client, text)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content == render(load(text, format="yaml"), "pdf")


def test_problems_are_errors_of_the_form(client: Any) -> None:
    answer = _upload(client, b"titel: T\ntimeline: [{time: '10:00', evnt: <script>}]\n")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Did you mean title?" in page
    assert "timeline[0].evnt" in page
    assert "<script>" not in page
    unfinished = _upload(client, b"title: T\nstatus: final\n")
    assert unfinished.status_code == 422
    assert "PM002" in unfinished.content.decode()


def test_an_upload_that_is_too_large_is_no_other_report(client: Any) -> None:
    answer = _upload(client, b"title: T\n" + b"# more\n" * 200_000)
    assert answer.status_code == 422
    assert "file_bytes=1000000" in answer.content.decode()


def test_the_form_needs_a_file_and_its_token(client: Any) -> None:
    token = client.get("/postmortems/").cookies["csrftoken"].value
    assert "This field is required." in client.post("/postmortems/", {"csrfmiddlewaretoken": token}).content.decode()
    assert client.post("/postmortems/", {}).status_code == 403
