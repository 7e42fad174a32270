"""The SQL of the courses against the oracle, on random histories."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spec import forlop_orakel as orakel
from tests.spec.historier import Forlop, maaned, person_maaneder

# Long enough for two spells and six-month transitions, short enough for every way of ending to come up.
MAANEDER = st.integers(min_value=3, max_value=16)


@st.composite
def personer(draw: st.DrawFn, flest: int = 30) -> list[dict]:
    lengde = draw(MAANEDER)
    historie = st.text(alphabet="ppbbatxyzwPBTA...--", min_size=lengde, max_size=lengde)
    # Runs of equal months, since a letter drawn anew each month seldom makes a long spell.
    lop = st.lists(st.tuples(st.sampled_from("pbatxw.-"), st.integers(1, 7)), min_size=1, max_size=8).map(
        lambda deler: "".join(tegn * antall for tegn, antall in deler)[:lengde].ljust(lengde, "-")
    )
    antall = draw(st.integers(min_value=1, max_value=flest))
    return [
        {
            "person": f"p_{nr}",
            "maaneder": draw(st.one_of(historie, lop)),
            "konvertert": draw(st.integers(0, 9)) == 0,
            "i_tiprosentutvalg": draw(st.booleans()),
            "kjonn": draw(st.sampled_from("KM")),
            "utdanning": draw(st.sampled_from(["grunnskole", "videregaaende"])),
        }
        for nr in range(antall)
    ]


# Many persons in few examples: the SQL takes as long for thirty as for one, and more of its classes are reached.
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(personer())
def test_sql_says_what_the_oracle_says(register, historier):
    rader = person_maaneder(historier)
    if not rader:
        return
    forlop = orakel.forlop(rader)
    tabeller = Forlop(register.con, rader)

    assert [
        (r["person"], r["forlop_nr"], r["start"], r["lengde"], r["fulgt"], r["sensurert"], r["helt_ny"])
        for r in sorted(tabeller.rader("klargjort.forlop"), key=lambda r: (r["person"], r["forlop_nr"]))
    ] == [
        (f["person"], f["forlop_nr"], maaned(f["start"] + forskyvning(rader)), f["lengde"], f["fulgt"],
         f["sensurert"], f["helt_ny"])
        for f in forlop
    ]  # fmt: skip
    felter = ("mottaker", "tiltak", "arbeid", "behandling", "tilstand", "meldekort_status")
    assert {
        (r["person"], r["forlop_nr"], r["maaned_nr"]): tuple(r[felt] for felt in felter)
        for r in tabeller.rader("klargjort.forlop_maaned")
    } == {
        (f["person"], f["forlop_nr"], nr): tuple(m[felt] for felt in felter)
        for f in forlop
        for nr, m in enumerate(f["maaneder"], 1)
    }

    ventet, faktisk = orakel.resultater(forlop), tabeller.resultater()
    ikke_i_orakelet = ("kumulativ_insidens_nedre=", "kumulativ_insidens_ovre=")  # tests/unit/test_life_table.py
    faktisk = {k: v for k, v in faktisk.items() if not k[1].startswith(ikke_i_orakelet)}
    assert faktisk.keys() == ventet.keys()
    for nokkel, (antall, nevner, verdi) in ventet.items():
        assert faktisk[nokkel][:2] == (antall, nevner), nokkel
        assert faktisk[nokkel][2] == (None if verdi is None else pytest.approx(verdi, abs=1e-8)), nokkel


def forskyvning(rader: list[dict]) -> int:
    """The panel begins with the first month anybody is in the delivery, which need not be the histories' first."""
    forste = min(rad["maaned"] for rad in rader)
    return 12 * (forste.year - 2013) + forste.month - 1
