"""The verdict on a synthetic register of known share: the sampling margin, small samples, two percent, the fit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.avstemming import dom
from tests.spec.tabeller import tabell

KORT = {"med_margin": "innenfor_med_utvalgsmargin"}
TIPROSENT = """
id            | presisjon | enhet   | verdi | storrelse       | teller | nevner | reprodusert | margin | status
--------------+-----------+---------+-------+-----------------+--------+--------+-------------+--------+-----------
antall_skaler | omtrent   | antall  | 1000  | antall          | 100    | 0      | 1000        | 196    | innenfor
innenfor_feil | eksakt    | antall  | 1000  | antall          | 119    | 0      | 1190        | 213.8  | med_margin
utenfor_feil  | eksakt    | antall  | 1000  | antall          | 124    | 0      | 1240        | 218.3  | utenfor
netto         | omtrent   | antall  | -90   | antall          | -9     | 0      | -90         | 58.8   | innenfor
andel_trykket | avrundet  | prosent | 25    | andel           | 254    | 1000   | 25.4        | 2.698  | innenfor
andel_feil    | avrundet  | prosent | 25    | andel           | 270    | 1000   | 27          | 2.7517 | med_margin
andel_langt   | avrundet  | prosent | 25    | andel           | 290    | 1000   | 29          | 2.8124 | utenfor
andel_under   | avrundet  | prosent | 25    | andel           | 230    | 1000   | 23          | 2.6083 | med_margin
langt_under   | avrundet  | prosent | 25    | andel           | 210    | 1000   | 21          | 2.5245 | utenfor
ingen         | avrundet  | prosent | 1     | andel           | 0      | 1000   | 0           | 0      | utenfor
endring       | eksakt    | antall  | 1000  | endring         | 150    | 0      | 1500        | 1960   | med_margin
endring_pst   | eksakt    | prosent | 7     | endring_prosent | 120    | 1000   | 12          | 19.6   | med_margin
"""
I_BARE_EN = 10_000
"""Persons paid in only one of the two months a change is between; not the change itself decides its sampling error."""


def test_a_synthetic_share_scales_counts_and_tells_what_the_print_takes_from_what_the_sample_does() -> None:
    ventet = tabell(TIPROSENT)
    trykt = [{k: rad[k] for k in ("id", "presisjon", "enhet", "verdi")} for rad in ventet]
    ledd = [{k: rad[k] for k in ("id", "storrelse", "teller", "nevner")} | {"personer": I_BARE_EN} for rad in ventet]
    funnet = dom(trykt, ledd, 0.1)
    for rad in ventet:
        svar = funnet[rad["id"]]
        assert svar["reprodusert"] == pytest.approx(float(rad["reprodusert"])), rad["id"]
        assert svar["utvalgsmargin"] == pytest.approx(float(rad["margin"]), abs=0.1), rad["id"]
        assert svar["status"] == KORT.get(rad["status"], rad["status"]), rad["id"]


FOR_SMAATT = """
id       | enhet   | storrelse       | teller | status_tidel | status_mindre
---------+---------+-----------------+--------+--------------+----------------
andel    | prosent | andel           | 50     | innenfor     | innenfor
antall   | antall  | antall          | 5      | innenfor     | kan_ikke_testes
tilgang  | antall  | sum             | 5      | innenfor     | kan_ikke_testes
endring  | antall  | endring         | 5      | innenfor     | kan_ikke_testes
endr_pst | prosent | endring_prosent | 50     | innenfor     | kan_ikke_testes
median   | dager   | median          | 5      | innenfor     | innenfor
"""


def test_a_sample_smaller_than_a_tenth_gives_no_verdict_on_counts() -> None:
    """The margin grows as the sample shrinks, and would let every count pass."""
    rader = tabell(FOR_SMAATT)
    trykt = [{"id": rad["id"], "presisjon": "omtrent", "enhet": rad["enhet"], "verdi": "50"} for rad in rader]

    def dommer(andel: float) -> dict[str, dict[str, Any]]:
        ledd = [{k: rad[k] for k in ("id", "storrelse", "teller")} for rad in rader]
        return dom(trykt, [rad | {"personer": 5, "nevner": 100, "verdi": 50} for rad in ledd], andel)

    for andel, kolonne in ((0.1, "status_tidel"), (0.0999, "status_mindre")):
        assert {n: r["status"] for n, r in dommer(andel).items()} == {r["id"]: r[kolonne] for r in rader}
    smaatt = dommer(0.05)["antall"]
    assert smaatt["grunn"] == "Registeret er mindre enn en tidel av befolkningen: antall vurderes ikke"
    assert (smaatt["reprodusert"], smaatt["innen_to_prosent"]) == (100, None)


TO_PROSENT = """
id        | enhet   | storrelse | teller | ekte | syntetisk
----------+---------+-----------+--------+------+----------
treffer   | antall  | antall    | 1000   |      | true
like_ved  | antall  | antall    | 1020   |      | true
for_langt | antall  | antall    | 1021   |      | false
for_lite  | antall  | sum       | 979    |      | false
andel     | prosent | andel     | 1000   |      |
"""


def test_two_percent_of_a_count_is_said_beside_the_verdict_and_of_a_synthetic_register_alone() -> None:
    rader = tabell(TO_PROSENT)
    trykt = [{"id": rad["id"], "presisjon": "eksakt", "enhet": rad["enhet"], "verdi": "1000"} for rad in rader]
    ledd = [{k: rad[k] for k in ("id", "storrelse", "teller")} | {"nevner": 1000} for rad in rader]
    for andel, kolonne in ((None, "ekte"), (1.0, "syntetisk")):
        funnet = dom(trykt, ledd, andel)
        ventet = {rad["id"]: None if rad[kolonne] is None else rad[kolonne] in (True, "true") for rad in rader}
        assert {navn: rad["innen_to_prosent"] for navn, rad in funnet.items()} == ventet
    assert dom(trykt, ledd, 1.0)["for_lite"]["status"] == "innenfor_med_utvalgsmargin"
    assert dom(trykt, ledd)["like_ved"]["status"] == "utenfor"


def test_what_the_register_was_fitted_to_is_said_of_a_synthetic_one_alone() -> None:
    trykt = [
        {"id": "n", "presisjon": "avrundet", "enhet": "prosent", "verdi": "25", "tilpasning": "holdt_utenfor"},
        {"id": "m", "presisjon": "avrundet", "enhet": "prosent", "verdi": "25", "samme_som": "n"},
    ]
    ledd = [{"id": "n", "storrelse": "andel", "teller": 25, "nevner": 100}]
    assert [rad["tilpasning"] for rad in dom(trykt, ledd, 0.1).values()] == ["holdt_utenfor", "ikke_brukt"]
    assert [rad["tilpasning"] for rad in dom(trykt, ledd).values()] == [None, None]
    assert [rad["samme_som"] for rad in dom(trykt, ledd).values()] == [None, "n"]


def test_a_median_of_a_synthetic_share_gives_way_and_a_maximum_does_not() -> None:
    trykt = [
        {"id": "median", "presisjon": "omtrent", "enhet": "dager", "verdi": "200"},
        {"id": "lengste", "presisjon": "eksakt", "enhet": "maaneder", "verdi": "64"},
    ]
    ledd = [
        {"id": "median", "storrelse": "median", "teller": 400, "verdi": 270},
        {"id": "lengste", "storrelse": "verdi", "teller": 400, "verdi": 63},
    ]
    funnet = dom(trykt, ledd, 0.1)
    assert funnet["median"]["utvalgsmargin"] == pytest.approx(1.96 * 270 / (0.693147 * 20), rel=1e-5)
    assert funnet["median"]["status"] == "innenfor_med_utvalgsmargin"
    assert dom(trykt, ledd)["median"]["status"] == "utenfor"
    assert (funnet["lengste"]["utvalgsmargin"], funnet["lengste"]["status"]) == (None, "utenfor")


def test_a_full_synthetic_population_is_still_a_draw() -> None:
    trykt = [{"id": "n", "presisjon": "eksakt", "enhet": "antall", "verdi": "10000"}]
    ledd = [{"id": "n", "storrelse": "antall", "teller": 10_100, "personer": 10_100, "nevner": 0}]
    assert dom(trykt, ledd)["n"]["status"] == "utenfor"
    assert dom(trykt, ledd, 1.0)["n"]["status"] == "innenfor_med_utvalgsmargin"
