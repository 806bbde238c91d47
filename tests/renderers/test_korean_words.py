"""Korean words are not divided at the end of a line: their text is as written, and other languages are left alone."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from boxes import sheets_of
from parity import read_pdf, squashed
from pdfs import render
from trees import document, p, section, table

from pmexport import render as render_report
from pmexport.document.nodes import Code
from pmexport.renderers.pdf.korean_words import MAX_WORD, keep_words

KOREAN = (
    "새로운 배포가 작업 프로세스의 수를 두 배로 늘려 데이터베이스 연결이 모두 소진되었습니다."
    " 13시 58분부터 14시 45분까지 결제 요청의 61%가 실패했으며, 배포를 되돌린 뒤 정상화되었습니다."
    " 관리자를 위해 연결 세 개가 예약되어 있습니다."
)


def kept(markup: str) -> Element:
    root = fromstring(f"<p>{markup}</p>")
    keep_words(root)
    return root


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("수를 두 배로", ["수를", "배로"]),
        ("Redis를 재시작했다.", ["Redis를", "재시작했다."]),
        ("plain <b>굵은 글씨</b> 다음 줄", ["굵은", "글씨", "다음"]),
        ("<code>코드는 그대로</code> <span class='key'>기호도 그대로</span>", []),
        ("日本語 한 글 word", []),
        ("가" * (MAX_WORD + 1), []),
    ],
)
def test_words_are_kept(markup: str, words: list[str]) -> None:
    root = kept(markup)
    assert [(one.text or "").rstrip() for one in root.iter("span") if one.get("class") == "whole_word"] == words
    assert "".join(root.itertext()) == "".join(fromstring(f"<p>{markup}</p>").itertext())


def test_markup_stays_where_it_was() -> None:
    assert "</b> 다음".replace("다음", "") in tostring(kept("앞의 <b>굵은</b> 다음"), "unicode")


@pytest.mark.slow
def test_lines_end_at_spaces() -> None:
    cells = table(["문제", "조치"], [KOREAN, KOREAN], [KOREAN, KOREAN])
    tree = document(section("summary", p(KOREAN, " ", Code("pg_stat"), " ", KOREAN), cells), language="ko")
    data = render(tree)
    shown = {word.text for sheet in sheets_of(data) for word in sheet.words if "\uac00" <= word.text[0] <= "\ud7a3"}
    assert {word.strip() for word in shown} <= {*KOREAN.split(), "문제", "조치"}
    assert squashed(KOREAN) in squashed(read_pdf(data))
    assert "결제 요청의 61%가" in read_pdf(data)


def test_browsers_keep_words() -> None:
    assert ":lang(ko) { word-break: keep-all; }" in render_report({"title": "제목", "language": "ko"}, "html").decode()
