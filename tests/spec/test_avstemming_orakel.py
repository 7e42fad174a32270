"""The verdict of the SQL against that of the rule in words, on whatever is printed and derived."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec.avstemming import Funnet, Trykt, dom, orakel

PRESISJON = ["eksakt", "avrundet", "omtrent", "avledet", "over", "under", "intervall", "anslag"]
TALL = (
    st.decimals(0, 100, places=1).map(str) | st.integers(0, 200).map(str) | st.integers(0, 20).map(lambda n: f"{n}00")
)


@settings(max_examples=150, deadline=None)
@given(
    presisjon=st.sampled_from(PRESISJON),
    verdi=TALL,
    ellers=TALL,
    teksten=st.none() | st.floats(0.1, 50),
    storrelse=st.sampled_from(["andel", "antall", "sum", "endring", "endring_prosent"]),
    nevner=st.integers(0, 400),
    del_av=st.fractions(0, 1, max_denominator=50),
    i_bare_en=st.integers(0, 400),
    andel=st.sampled_from([None, 0.01, 0.0999, 0.1, 0.5, 1.0]),
)
def test_the_verdict_is_that_of_the_rule_in_words(
    presisjon: str,
    verdi: str,
    ellers: str,
    teksten: float | None,
    storrelse: str,
    nevner: int,
    del_av: Any,
    i_bare_en: int,
    andel: float | None,
) -> None:
    enhet = "prosent" if storrelse in {"andel", "endring_prosent"} else "antall"
    teller = int(nevner * del_av)
    ventet = orakel(
        Trykt(presisjon, enhet, verdi, ellers, teksten), Funnet(storrelse, teller, nevner, i_bare_en, andel)
    )
    felles = {"presisjon": presisjon, "enhet": enhet}
    trykt = [{"id": "n_min", "verdi": verdi, "toleranse": teksten} | felles]
    trykt += [{"id": "n_max", "verdi": ellers} | felles] if presisjon == "intervall" else []
    ledd = [{"id": "n_min", "storrelse": storrelse, "teller": teller, "personer": i_bare_en, "nevner": nevner}]
    rad = dom(trykt, ledd, andel)["n_min"]
    assert rad["status"] == ventet.status
    assert rad["innen_to_prosent"] == ventet.innen_to_prosent
    for navn in ("reprodusert", "nedre", "ovre"):
        verdi_ventet = getattr(ventet, navn)
        assert rad[navn] == (None if verdi_ventet is None else pytest.approx(verdi_ventet))
    assert rad["utvalgsmargin"] == (None if ventet.margin is None else pytest.approx(ventet.margin))
