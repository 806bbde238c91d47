"""PM017: email addresses, card numbers and account numbers in logs and code. Findings do not repeat them.

An email address in a sentence is meant to be read, such as that of a security team; one in a log is not. IP addresses
are not reported: reports name servers and attackers on purpose.
"""

import re
from collections.abc import Iterator

from pmexport.checks.rule import Found, Subject
from pmexport.checks.rules.texts.own_words import blank_code, is_log

_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@-])")
_ROLE_ADDRESS = re.compile(  # RFC 2142, and senders that are programs
    r"(?:no-?reply|do-?not-?reply|bounces?|mailer-daemon|postmaster|abuse|admin|administrator|billing|contact|git|hello"
    r"|help|helpdesk|hostmaster|info|jobs|legal|marketing|news|noc|office|press|privacy|root|sales|security|service"
    r"|support|team|webmaster|www|ubuntu|ec2-user|deploy|jenkins|ci|bot|alerts?|notifications?|user|username|someone)"
    r"(?:[+._-][\w.+%-]*)?@",
    re.IGNORECASE,
)
_NOT_A_DOMAIN = re.compile(
    r"@(?:.*\.)?(?:example|test|invalid|localhost"  # RFC 2606, RFC 6761; a person's name may come before @example.com
    r"|local|localdomain|internal|lan|corp|cluster|svc|iam\.gserviceaccount\.com"  # machine hosts and accounts
    r"|service|socket|target|timer|mount|scope|slice|device|path"  # systemd units
    r"|png|jpe?g|gif|webp|svg|css|js|ts|py|go|rs|java|json|ya?ml|toml|tgz|gz|zip|jar|so|lock|log|txt|md|html)",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"(?:mailto:|://\S*|message-id\W{1,4}\S*)$", re.IGNORECASE)

_CARD = re.compile(
    r"(?<![\w.+/-])(?:"
    r"(?:4\d{3}|5[1-5]\d\d|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)|6(?:011|5\d\d|4[4-9]\d)|35(?:2[89]|[3-8]\d))"
    r"(?:\d{12}|(?: \d{4}){3}|(?:-\d{4}){3})"  # Visa, Mastercard, Discover, JCB: ISO/IEC 7812
    r"|3[47]\d\d(?:\d{11}| \d{6} \d{5}|-\d{6}-\d{5})"  # American Express
    r")(?![\w+/-]|\.\d)"
)
_ACCOUNT = re.compile(
    r"(?<![\w/+-])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,27}|(?: [A-Z0-9]{4}){2,6}(?: [A-Z0-9]{1,4})?)(?![\w/+-])"
)
_ACCOUNT_LENGTHS = {
    "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SA": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
"""Lengths of IBANs by country, from the ISO 13616 registry."""
_TEST_ACCOUNTS = {  # examples of that registry
    "AT611904300234573201", "BE68539007547034", "CH9300762011623852957", "DE89370400440532013000",
    "ES9121000418450200051332", "FR1420041010050500013M02606", "GB29NWBK60161331926819", "IT60X0542811101000000123456",
    "NL91ABNA0417164300",
}  # fmt: skip
_CARD_MESSAGE = "This looks like a payment card number."
_ACCOUNT_MESSAGE = "This looks like a bank account number (IBAN)."
_HELP = "Remove it, or replace it with <removed>."


def find_personal_data(subject: Subject) -> Iterator[Found]:
    for written in subject.texts:
        where, prose = ("log", "") if is_log(written) else ("code", blank_code(written.text))
        for match in _ADDRESS.finditer(written.text):
            if not prose.startswith(match[0], match.start()) and _is_mailbox(match):
                yield Found(written.path, f"This {where} contains an email address.", _HELP, match.start())
        for match in _CARD.finditer(written.text):
            if _passes_luhn(match[0].replace(" ", "").replace("-", "")):
                yield Found(written.path, _CARD_MESSAGE, _HELP, match.start())
        for match in _ACCOUNT.finditer(written.text):
            if _is_account(match[0]):
                yield Found(written.path, _ACCOUNT_MESSAGE, _HELP, match.start())


def _is_mailbox(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 100) : match.start()]
    return not (
        _ROLE_ADDRESS.match(match[0])
        or _NOT_A_DOMAIN.fullmatch(match[0][match[0].index("@") :])
        or _NOT_AFTER.search(before)
    )


def _passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit (ISO/IEC 7812-1, annex B)."""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(number - 9 * (number > 9) for number in doubled)) % 10 == 0


def _is_account(written: str) -> bool:
    """Return whether the two digits after the country are the check digits (ISO 7064, MOD 97-10)."""
    length = _ACCOUNT_LENGTHS.get(written[:2])
    if length is None:
        return False
    number = written.replace(" ", "")[:length] if " " in written else written  # drop words in capitals that follow
    if len(number) != length or number in _TEST_ACCOUNTS:
        return False
    return int("".join(str(int(character, 36)) for character in number[4:] + number[:4])) % 97 == 1
