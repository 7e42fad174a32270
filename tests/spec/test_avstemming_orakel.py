"""The verdict of the SQL against that of the rule in words, on whatever is printed and derived."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.avstemming import dom, orakel


@settings(max_examples=60, deadline=None)
@given(
    presisjon=st.sampled_from(["eksakt", "avrundet", "omtrent", "avledet", "over", "under", "anslag"]),
    enhet=st.sampled_from(["prosent", "antall"]),
    verdi=st.decimals(0, 100, places=1).map(str) | st.integers(0, 100).map(str),
    nevner=st.integers(0, 400),
    del_av=st.fractions(0, 1, max_denominator=50),
    andel=st.sampled_from([None, 0.1, 0.5, 1.0]),
)
def test_the_verdict_is_that_of_the_rule_in_words(
    presisjon: str, enhet: str, verdi: str, nevner: int, del_av: Any, andel: float | None
) -> None:
    teller, storrelse = int(nevner * del_av), "andel" if enhet == "prosent" else "antall"
    ventet = orakel(presisjon, enhet, verdi, storrelse, teller, nevner, andel)
    trykt = [{"id": "n", "presisjon": presisjon, "enhet": enhet, "verdi": verdi}]
    ledd = [{"id": "n", "storrelse": storrelse, "teller": teller, "personer": teller, "nevner": nevner}]
    rad = dom(trykt, ledd, andel)["n"]
    assert rad["status"] == ventet.status
    for navn in ("reprodusert", "nedre", "ovre"):
        verdi_ventet = getattr(ventet, navn)
        assert rad[navn] == (None if verdi_ventet is None else pytest.approx(verdi_ventet))
    assert rad["utvalgsmargin"] == (None if ventet.margin is None else pytest.approx(ventet.margin))
