"""Labels of TLP 2.0: known however they are spelt, shown as they are prescribed, and nothing else taken for one."""

from __future__ import annotations

import pytest

from pmexport.document.tlp import is_label_alone, label_of


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("TLP:RED", "TLP:RED"),
        ("tlp: amber", "TLP:AMBER"),
        ("TLP AMBER + STRICT", "TLP:AMBER+STRICT"),
        (" TLP:GREEN ", "TLP:GREEN"),
        ("TLP:clear", "TLP:CLEAR"),
    ],
)
def test_labels_have_their_prescribed_form(written: str, label: str) -> None:
    assert label_of(written) == label
    assert is_label_alone(written)


def test_what_restricts_a_label_further_is_not_lost() -> None:
    assert label_of("TLP:AMBER, customers only") == "TLP:AMBER"
    assert not is_label_alone("TLP:AMBER, customers only")


@pytest.mark.parametrize("written", ["", "TLP:WHITE", "TLP:REDDISH", "TLP:GREEN+STRICT", "Internal", "not TLP:RED"])
def test_other_classifications_are_texts(written: str) -> None:
    assert label_of(written) is None
    assert not is_label_alone(written)
