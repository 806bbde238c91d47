"""Reports that are difficult to lay out: too long, too wide, too tall, too deep, or in many scripts.

They use the image file `PICTURE`.
"""

# ruff: noqa: RUF001 - scripts whose letters look like those of others
from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from itertools import cycle, islice
from typing import Any

PICTURE = "graphs/errors.png"

WORDS = ["alpha", "beta", "gamma", "release", "deploy", "rollback", "database", "connection", "checkout", "region"]
LONG_WORDS = [
    "Donaudampfschifffahrtsgesellschaft",
    "checkout-api-7f9c6b5d4-x2x9q",
    "pg_stat_activity_count_over_limit",
    "https://status.example.com/incidents/2026/03/14/checkout-unavailable?region=eu-west-1&tab=updates#latest",
    "/var/lib/kubelet/pods/0b1f-4a77/volumes/kubernetes.io~empty-dir/cache/segments/000000000042.log",
    "com.example.payments.authorization.GatewayTimeoutException",
    "arn:aws:iam::123456789012:role/service-role/checkout-deploy-pipeline",
]
SCRIPTS = {
    "chinese": "支付服务在欧洲区域中断四十二分钟数据库连接池已耗尽回滚部署之后恢复正常没有订单丢失",
    "japanese": "決済サービスが四十二分間停止しましたデータベースの接続プールが枯渇したためです",
    "korean": "결제서비스가유럽지역에서사십이분동안중단되었습니다데이터베이스연결풀이고갈되었습니다",
    "thai": "บริการชำระเงินหยุดทำงานเป็นเวลาสี่สิบสองนาทีเนื่องจากการเชื่อมต่อฐานข้อมูลเต็ม",
    "arabic": "تعطلت خدمة الدفع في المنطقة الأوروبية لمدة اثنتين وأربعين دقيقة بسبب نفاد اتصالات قاعدة البيانات",
    "hebrew": "שירות התשלומים לא היה זמין באזור אירופה במשך ארבעים ושתיים דקות",
    "hindi": "भुगतान सेवा बयालीस मिनट तक बंद रही क्योंकि डेटाबेस कनेक्शन समाप्त हो गए थे",
    "emoji": "🔥🚨✅❌🇩🇪👩🏽‍💻" * 3,
    "greek": "Η υπηρεσία πληρωμών διακόπηκε για σαράντα δύο λεπτά στην περιοχή της Ευρώπης",
}


def words(count: int) -> str:
    """Return a text of this many words."""
    return " ".join(islice(cycle(WORDS), count))


def grid(columns: int, cells: Iterable[str], rows: int = 3) -> str:
    """Return a Markdown table that repeats these cells."""
    texts = cycle(cells)
    lines = [[f"Column {number}" for number in range(1, columns + 1)], ["---"] * columns]
    lines += [[next(texts) for _ in range(columns)] for _ in range(rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def indented(text: str, by: int) -> str:
    """Return the text with every line indented by this many spaces."""
    return "\n".join(" " * by + line for line in text.split("\n"))


def quoted(text: str) -> str:
    """Return the text as a quote."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def everywhere(text: str) -> dict[str, Any]:
    """Return a report with the same text in every place that has its own layout."""
    return {
        "id": text,
        "title": text,
        "severity": text,
        "classification": text,
        "revision": text,
        "duration": text,
        "services": [text, text],
        "user_impact": text,
        "commander": {"name": text, "role": text},
        "responders": [{"name": text, "role": text}],
        "authors": [text],
        "tags": [text],
        "summary": f"{text}\n\n- {text}\n    1. {text}\n\n> {text}\n\n### {text}\n\n`{text}`\n\n    {text}",
        "timeline": [
            {"time": "2026-03-14 14:02", "end": "2026-03-15 14:20", "phase": text, "actor": text, "event": text},
            {"time": text[:60], "phase": "Detection", "event": f"- {text}\n- `{text}`"},
        ],
        "five_whys": [{"why": text, "because": text}],
        "root_cause": [text, text],
        "impact": {"total_downtime": text, "users_affected": text, "revenue": text, text: text},
        "action_items": [
            {
                "id": text,
                "action": text,
                "owner": text,
                "priority": text,
                "deadline": text,
                "status": text,
                "type": text,
                "ticket": text,
            },
            {"action": "Short", "owner": "Ana", "priority": "High", "deadline": "2026-04-01", "status": "Open"},
        ],
        "logs": [{"title": text, "text": f"{text}\n\n    {text}"}],
        "related_incidents": [{"id": text, "title": text, "link": "https://example.com/", "text": text}],
        "sections": [{"title": text, "text": grid(3, [text, "short"])}],
    }


def deep_list(depth: int) -> str:
    """Return nested lists, alternately bulleted and numbered, with a table at the end."""
    lines = [f"{' ' * 4 * level}{'1.' if level % 2 else '-'} level {level} {words(12)}" for level in range(depth)]
    return "\n".join(lines) + "\n\n" + indented(grid(4, LONG_WORDS, 2), 4 * depth)


def tables(cells: list[str]) -> dict[str, Any]:
    """Return a report with tables of few and many columns, in a section, in a list item and in a quote."""
    sections = [{"title": f"{columns} columns", "text": grid(columns, cells)} for columns in (2, 5, 13, 30)]
    inside = f"- an item with a table\n\n{indented(grid(9, cells), 4)}\n\n{quoted(grid(9, cells))}"
    return {"title": "Wide tables", "summary": inside, "sections": sections}


def long_days() -> dict[str, Any]:
    """Return a report with many dates and long times."""
    entries = [
        {"time": f"2026-{3 + number // 20:02}-{1 + number % 20:02} 14:02", "event": words(5 + number % 30)}
        for number in range(40)
    ]
    ranges = [{"time": "2026-05-01 23:59:58", "end": "2026-05-03 00:00:01", "event": words(20)}] * 5
    odd = [{"time": "some time before noon, local time of the region", "event": words(9)}] * 3
    return {"title": "Days", "language": "en", "timeline": [*entries, *ranges, *odd]}


def crowd() -> dict[str, Any]:
    """Return a report with forty responders and long key figures."""
    people = [
        {"name": f"Maximiliane Wolfeschlegelsteinhausen-Berger {number}", "role": "Database on-call"}
        for number in range(40)
    ]
    impact = {
        "total_downtime": "about 47 minutes in the EU, and up to three hours for customers behind the old gateway",
        "users_affected": "41,000 of 1,200,000 (3.4 %), most of them in France, Germany and the Netherlands",
        "requests_affected": "1.2 M (18 %)",
        "revenue": "between € 210,000 and € 1,450,000, depending on how abandoned baskets are counted",
    }
    return {
        "title": "Forty responders",
        "responders": people,
        "authors": people[:20],
        "duration": "one hour and twenty-five minutes, from the first alert to the last of the delayed confirmations",
        "impact": impact,
        "milestones": {"impact_started": "2026-03-14 13:58", "detected": "2026-03-14 14:02", "resolved": "2026-03-16"},
    }


def cells_of_blocks() -> dict[str, Any]:
    """Return a report whose cells contain every kind of Markdown block."""
    picture = f"![Errors by minute]({PICTURE})"
    blocks = [
        "```sh\n" + "kubectl --namespace checkout rollout undo deployment/checkout-api --to-revision=41\n" * 8 + "```",
        f"{picture}\n\ntext after a picture {picture} and within it",
        quoted(deep_list(6)),
        grid(6, LONG_WORDS),
        "#### A heading in a cell\n\n" + words(80),
        "1. " + "\n1. ".join(LONG_WORDS),
        f"| {picture} | {words(9)} |\n|---|---|\n| {picture} | `{LONG_WORDS[4]}` |",
    ]
    entries = [{"time": f"14:{number:02}", "phase": "Triage", "event": block} for number, block in enumerate(blocks)]
    actions = [{"action": words(6), "details": block, "owner": "Ana Ruiz", "status": "Open"} for block in blocks]
    return {"title": "Blocks in cells", "date": "2026-03-14", "timeline": entries, "action_items": actions}


def headings() -> dict[str, Any]:
    """Return a report with consecutive headings of several lines, of every level."""
    text = "\n\n".join(f"{'#' * level} {words(30)}" for level in range(1, 7))
    title = " ".join(LONG_WORDS)
    sections = [{"title": title, "text": f"{text}\n\n{grid(3, WORDS)}"}] * 3
    return {"title": title * 2, "summary": text, "sections": sections}


def tall_rows() -> dict[str, Any]:
    """Return a report with rows taller than a page, of every kind of block."""
    events = [
        words(700),
        "\n\n".join(words(60) for _ in range(18)),
        "\n".join(f"- {words(8)}" for _ in range(55)),
        "```\n" + "\n".join(words(9) for _ in range(60)) + "\n```",
    ]
    actions = [{"action": event, "owner": "Ivo Lang", "deadline": "2026-04-01", "status": "Open"} for event in events]
    return {"title": "Tall rows", "timeline": [{"time": "14:02", "event": e} for e in events], "action_items": actions}


def scripts() -> dict[str, Any]:
    """Return a report with a section and a row in each of many scripts."""
    return {
        "title": " ".join(SCRIPTS.values()),
        "id": SCRIPTS["chinese"],
        "timeline": [{"time": "14:02", "phase": text, "actor": text, "event": text} for text in SCRIPTS.values()],
        "action_items": [dict.fromkeys(("id", "action", "owner", "priority"), text) for text in SCRIPTS.values()],
        "sections": [{"title": text, "text": f"{text}\n\n- {text}\n\n{grid(4, [text])}"} for text in SCRIPTS.values()],
    }


MADE: dict[str, Callable[[], dict[str, Any]]] = {
    "a word of 10,000 characters": lambda: {**everywhere("Zz0" * 100), "summary": f"(`{'Zz0' * 3334}`)"},
    "base64": lambda: everywhere(base64.b64encode(bytes(range(256))).decode()),
    "identifiers of 200 characters": lambda: everywhere("INC-2026-" + "0123456789" * 19),
    "long names, paths and addresses": lambda: everywhere(" ".join(LONG_WORDS)),
    "long texts": lambda: everywhere(words(60)),
    "wide tables of words": lambda: tables(WORDS),
    "wide tables of long words": lambda: tables([*LONG_WORDS, *(f"`{word}`" for word in LONG_WORDS)]),
    "wide tables of texts": lambda: tables([words(20), "−12 %", words(3)]),
    "nested lists": lambda: {
        "title": "Lists",
        "summary": deep_list(8),
        "timeline": [{"time": "14:02", "event": deep_list(8)}],
    },
    "code in every place": lambda: {
        "title": "Code",
        "summary": "```\n" + "x = 'y' * 100  # " + "very " * 60 + "\n```",
        "logs": [{"text": "\n".join([words(60), "\t" * 12 + words(9), "x" * 400] * 20)}],
    },
    "blocks in cells": cells_of_blocks,
    "tall rows": tall_rows,
    "long days": long_days,
    "forty responders": crowd,
    "huge headings": headings,
    "many scripts": scripts,
    "from right to left": lambda: {**everywhere(SCRIPTS["arabic"]), "language": "ar"},
    "wide tables from right to left": lambda: {**tables([SCRIPTS["arabic"], *WORDS]), "language": "ar"},
}
"""Functions that return a report's fields, by the difficulty."""
