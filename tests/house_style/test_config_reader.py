"""Reading a house style: every problem has its place and, if there is one, the word that was meant."""

from __future__ import annotations

import datetime as dt
import pickle
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image

from pmexport import InputError, Limits, load_config, render
from pmexport.cli.configuration import describe_raised

REPORT = {"title": "T", "summary": "S"}


def read(folder: Path, text: str, name: str = "pmexport.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


WRONG = [
    ('them = "default"', ':1:1: them: found the unknown key "them". Did you mean theme?'),
    (
        'theme = "defualt"',
        ':1:9: theme: found "defualt", expected a built-in theme or a folder. Did you mean default? A',
    ),
    ('theme = "serif"', ':1:9: theme: the theme "serif" is now a token. Set `fonts.serif = true`'),
    ('theme = "./acme"', ':1:9: theme: "./acme" cannot be used: there is no such file.'),
    ('theme = "../acme"', ':1:9: theme: "../acme" cannot be used: it is outside the folder of this file.'),
    ('theme = "/etc"', ':1:9: theme: "/etc" cannot be used: it is outside the folder of this file.'),
    ('theme = "./link"', ':1:9: theme: "./link" cannot be used: it is outside the folder of this file.'),
    ('theme = "./a.docx"', ':1:9: theme: "./a.docx" cannot be used: it is not a folder.'),
    ("theme = 1", ":1:9: theme: found the number 1, expected a string."),
    ('word_template = "b.docx"', ':1:17: word_template: "b.docx" cannot be used: there is no such file.'),
    ('word_template = "link/passwd"', "it is outside the folder of this file."),
    ('word_template = "sub"', ':1:17: word_template: "sub" cannot be used: it is not a file.'),
    (
        'formats = ["pdf", "dcox"]',
        ':1:19: formats[1]: found "dcox", expected a format: pdf, docx, html, md, eml, actions-csv. Did you',
    ),
    ('formats = "pdf"', ':1:11: formats: found "pdf", expected a list of strings.'),
    ('language = "english, please"', ":1:12: language: found"),
    ("as_of = 2026-02-30", ":1:"),
    ('as_of = "soon"', ':1:9: as_of: found "soon", expected a date, such as 2026-04-01.'),
    ("as_of = 2026-04-01T10:00:00", ":1:9: as_of: found the date or time"),
    ('typography = "smrt"', ":1:14: typography: found \"smrt\", expected 'plain' or 'smart'."),
    ('[sections]\norder = ["sumary"]', ':2:10: sections.order[0]: found "sumary", expected the key of a section: '),
    ('[sections]\norder = ["sumary"]', "Did you mean summary?"),
    ("[sections]\nhides = []", ':2:1: sections.hides: found the unknown key "hides". Did you mean hide?'),
    ('[sections.titles]\nlesons = "A"', ':2:1: sections.titles.lesons: found "lesons", expected the key of a section'),
    ('[sections.titles]\nlessons = " "', ":2:11: sections.titles.lessons: found nothing, expected a string."),
    ("[document]\nkind = 3", ":2:8: document.kind: found the number 3, expected a string."),
    ('[mail]\nto = "ana"', ':2:6: mail.to: found "ana", expected a list of addresses such as `Ana Ruiz <ana@'),
    ('[mail]\ncc = "a@b.c\\nBcc: d@e.f"', ":2:6: mail.cc: found"),
    ('[mail]\nreplyto = "a@b.c"', ':2:1: mail.replyto: found the unknown key "replyto". Did you mean reply_to?'),
    ("[mail]\nto = []", ":2:6: mail.to: found a list, expected a string."),
    ('document = "x"', ':1:12: document: found "x", expected a table.'),
    (
        '[metadata]\nservices = "S"',
        ':2:1: metadata.services: found "services", expected a key that reports do not have',
    ),
    ('[metadata]\nx-a = "S"', ':2:1: metadata.x-a: found "x-a", expected a key of small letters'),
    ('[metadata]\n"Cost center" = "S"', 'metadata.Cost center: found "Cost center", expected a key of small letters'),
    ('[severities]\nP1 = "critcal"', ':2:6: severities.P1: found "critcal", expected neutral, info, good, caution,'),
    ('[severities]\nP1 = "critcal"', "Did you mean critical?"),
    ('[phases]\nA = "mitigate"', ':2:5: phases.A: found "mitigate", expected impact_started, detected'),
    ('[phases]\nA = "mitigate"', "Did you mean mitigated?"),
    (
        '[statuses]\nA = "opened"',
        ':2:5: statuses.A: found "opened", expected open, done, dropped, draft, in_review or final. Did',
    ),
    ('[required]\nfinal = ["sevrity"]', ':2:10: required.final[0]: found "sevrity", expected a field of reports. Did'),
    ('[required]\nfinal = ["qqq"]', "Declare a field of your own under [metadata]."),
    ('[required]\nfinal = ["impact.revenu"]', "Did you mean impact.revenue?"),
    ("theme = './sub'", ':1:9: theme: "./sub" cannot be used: it is no theme: theme.toml is missing.'),
    ('[sections]\norder = ["summary", "lessons", "summary"]', ':2:32: sections.order[2]: "summary" is in the list twi'),
    ('formats = ["md", "md"]', ':1:18: formats[1]: "md" is in the list twice.'),
    ("[severities]\n'Sev 1' = 'info'\n'SEV-1' = 'good'", ':3:1: severities.SEV-1: "SEV-1" is the same as "Sev 1"'),
    ("[phases]\nA = 'detected'\n'a.' = 'resolved'", '"a." is the same as "A": case and punctuation do not'),
    ("[statuses]\nParked = 'open'\nparked = 'draft'", ':3:1: statuses.parked: "parked" is the same as "Parked"'),
    ("[severities]\n' ' = 'info'", ':2:1: severities[" "]: found an empty text, expected a word with letters'),
    ("[statuses]\n'-' = 'done'", ':2:1: statuses.-: found "-", expected a word with letters or digits.'),
    ("[metadata]\na = 'Region'\nb = 'region'", ":3:1: metadata.b: another field of the metadata table is called"),
    ("language = 'de'\n[metadata]\na = 'Schweregrad'", ":3:1: metadata.a: another field of the metadata table is"),
    ('[document]\nkind = "a\\u0007b"', ':2:8: document.kind: found "a b", expected a string that can be printed.'),
    ('[sections.titles]\nlessons = "a\\u202eb"', "sections.titles.lessons: found"),
    ('[metadata]\na = "\\u200b"', "metadata.a: found"),
    ("[limits]\nlog_line = 3", ':2:1: limits.log_line: found "log_line", expected a limit: '),
    ('[limits]\nlog_lines = "3"', ':2:13: limits.log_lines: found "3", expected a whole number.'),
    ("[limits]\nlog_lines = 0", ":2:13: limits.log_lines: found the number 0, expected a number above 0."),
    ('[checks]\nPM12 = "off"', ':2:1: checks.PM12: found "PM12", expected the id of a rule. Did you mean PM012?'),
    (
        '[checks]\nPM012 = "of"',
        ':2:9: checks.PM012: found "of", expected error, warning, note or off. Did you mean off?',
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "style" / "sub").mkdir(parents=True)
    (tmp_path / "style" / "a.docx").write_bytes(b"PK")
    (tmp_path / "style" / "link").symlink_to("/etc")
    return tmp_path / "style"


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_each_wrong_key_or_value_has_its_place(text: str, expected: str, folder: Path) -> None:
    path = read(folder, text)
    with pytest.raises(InputError) as raised:
        load_config(path)
    assert expected in str(raised.value)
    assert str(raised.value).startswith(f"{path}:")
    assert all(problem.line for problem in raised.value.problems)


def test_all_problems_are_reported_together(folder: Path) -> None:
    path = read(folder, 'formats = ["word"]\n[sections]\norder = ["a"]\n[phases]\nA = "b"\n[cheks]\n')
    with pytest.raises(InputError) as raised:
        load_config(path)
    assert {problem.line for problem in raised.value.problems} == {1, 3, 5, 6}


def test_a_table_of_the_project_file_is_read(folder: Path) -> None:
    path = read(
        folder, "[tool.pmexport]\nlanguage = 'de'\n[tool.pmexport.document]\nkind = 'Bericht'", "pyproject.toml"
    )
    config = load_config(path)
    assert (config.language, config.document.kind) == ("de", "Bericht")
    assert str(config.places["document.kind"]) == f"{path}:4:8"
    path.write_text("[tool.pmexport.document]\nkid = 'Bericht'", "utf-8")
    with pytest.raises(InputError, match=r"pyproject.toml:2:1: document.kid: .* Did you mean kind\?"):
        load_config(path)


def test_a_folder_is_searched_upwards(folder: Path) -> None:
    read(folder, 'language = "fr"')
    assert load_config(folder / "sub").language == "fr"
    assert load_config(str(folder / "sub")).path == folder / "pmexport.toml"


def test_a_configuration_can_be_sent_to_another_process(folder: Path) -> None:
    config = load_config(
        read(folder, 'language = "fr"\nword_template = "a.docx"\nas_of = 2026-04-01\n[metadata]\na = "A"')
    )
    copy = pickle.loads(pickle.dumps(config))
    assert copy == config
    assert (copy.path, copy.digest, copy.key) == (config.path, config.digest, config.key)
    assert (copy.as_of, copy.template_path) == (dt.date(2026, 4, 1), folder / "a.docx")


def test_the_digest_is_that_of_what_documents_show(folder: Path) -> None:
    def digest(text: str) -> str:
        return load_config(read(folder, text)).digest

    assert digest("") == digest('[checks]\nPM012 = "off"') == digest('formats = ["md"]\n[limits]\nrows = 9') == ""
    kinds = [digest(f'[document]\nkind = "{kind}"') for kind in "AAB"]
    assert kinds[0] == kinds[1] != kinds[2] != ""
    assert digest('# other spelling\ndocument.kind = "A"') == kinds[0]
    with_template = digest('word_template = "a.docx"')
    (folder / "a.docx").write_bytes(b"PK2")
    assert with_template != digest('word_template = "a.docx"') != ""


WRONG_TOKENS = [
    ('[tokens.colors]\naccent = "green"', ':2:10: tokens.colors.accent: found "green", expected a colour'),
    ('[tokens.colors]\nacent = "#123456"', ":2:9: tokens.colors.acent: found the unknown token"),
    ("[tokens]\ncolors = 1", ":2:10: tokens.colors: found the number 1, expected a table."),
    ('[tokens]\nlogo = "none.png"', ":2:8: tokens.logo: theme 'default': the logo file 'none.png' is missing."),
    ('[tokens]\nlogo = "../logo.png"', ":2:8: tokens.logo: theme 'default': the logo file '../logo.png' is missing."),
    ('[tokens]\nlogo = "a.docx"\nlogo_alt = "A"', ":2:8: tokens.logo: the logo is not a valid PNG or JPEG file"),
    ('[tokens]\nlogo = "logo.png"', ":2:8: tokens.logo: a logo needs a text for readers who cannot see it."),
]


@pytest.mark.parametrize(("text", "expected"), WRONG_TOKENS)
def test_a_wrong_token_is_reported_at_its_place(text: str, expected: str, folder: Path) -> None:
    Image.new("RGB", (8, 8)).save(folder / "logo.png")
    with pytest.raises(InputError) as raised:
        load_config(read(folder, text))
    assert str(raised.value).startswith(f"{folder / 'pmexport.toml'}{expected}")


def test_a_logo_is_in_the_folder_of_the_file_or_in_the_theme(folder: Path) -> None:
    Image.new("RGB", (8, 8), "#123456").save(folder / "logo.png")
    (folder / "brand").mkdir()
    (folder / "brand" / "theme.toml").write_text('inherit = "default"\n', "utf-8")
    Image.new("RGB", (8, 9), "#654321").save(folder / "brand" / "second.png")
    pages, digests = [], []
    for name in ("logo.png", "second.png"):
        text = f'theme = "./brand"\n[tokens]\nlogo = "{name}"\nlogo_alt = "Acme"\n'
        config = load_config(read(folder, text))
        pages.append(render(REPORT, "html", config=config).decode())
        digests.append(config.digest)
    logos = [(folder / name).read_bytes() for name in ("logo.png", "brand/second.png")]
    assert all(b64encode(logo).decode() in page for logo, page in zip(logos, pages, strict=True))
    assert all('alt="Acme"' in page for page in pages)
    Image.new("RGB", (8, 8), "#ffffff").save(folder / "logo.png")
    changed = load_config(read(folder, text.replace("second.png", "logo.png")))
    assert len({*digests, changed.digest}) == 3
    assert digests[1] == ""  # the theme's own digest covers its files


def test_only_limits_that_the_file_raises_itself_are_named(folder: Path) -> None:
    config = load_config(read(folder, f"[limits]\nrows = {Limits().rows}\nlog_lines = 9999\n"))
    assert describe_raised(config).endswith("pmexport.toml raises limits (log_lines=9999).")
    assert describe_raised(config.override_limits({"log_lines": 8888})) == ""


def test_limits_are_those_of_the_file_unless_given(folder: Path) -> None:
    config = load_config(read(folder, "[limits]\nrows = 2"))
    many = {"title": "T", "lessons": ["a", "b", "c"]}
    with pytest.raises(InputError, match="rows=2"):
        render(many, "md", config=config)
    assert b"- c" in render(many, "md", config=config, limits=Limits())
