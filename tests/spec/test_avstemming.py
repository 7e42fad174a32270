"""The bounds each precision gives, and the verdict: by the print, by the margin, outside, or not testable and why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.spec.avstemming import database, dom, fyll, kjor, publisert
from tests.spec.tabeller import tabell

GRENSER = """
id               | presisjon | enhet   | verdi  | toleranse | nedre   | ovre
-----------------+-----------+---------+--------+-----------+---------+--------
eksakt_en_des    | eksakt    | prosent | 44.5   |           | 44.45   | 44.55
eksakt_null_des  | eksakt    | prosent | 48.0   |           | 47.95   | 48.05
eksakt_hel       | eksakt    | prosent | 7      |           | 6.5     | 7.5
eksakt_antall    | eksakt    | antall  | 23444  |           | 23443.5 | 23444.5
eksakt_rundt     | eksakt    | antall  | 10200  |           | 10199.5 | 10200.5
avrundet         | avrundet  | prosent | 25     |           | 24.5    | 25.5
avrundet_en_des  | avrundet  | prosent | 20.4   |           | 19.9    | 20.9
avrundet_antall  | avrundet  | antall  | 1800   |           | 1750    | 1850
omtrent_andel    | omtrent   | prosent | 33.3   |           | 30.8    | 35.8
omtrent_hundre   | omtrent   | antall  | 152900 |           | 152850  | 152950
omtrent_tusen    | omtrent   | antall  | 143000 |           | 142500  | 143500
omtrent_hel      | omtrent   | maaneder | 27    |           | 26.5    | 27.5
omtrent_null     | omtrent   | antall  | 0      |           | -0.5    | 0.5
omtrent_des      | omtrent   | maaneder | 2.50  |           | 2.495   | 2.505
omtrent_poeng    | omtrent   | prosentpoeng | 10 |          | 7.5     | 12.5
omtrent_fall     | omtrent   | antall  | -4500  |           | -4550   | -4450
teksten_sier     | omtrent   | dager   | 200    | 15        | 185     | 215
over             | over      | prosent | 70     |           | 70      | 77
under            | under     | prosent | 60     |           | 54      | 60
under_fall       | under     | antall  | -100   |           | -110    | -100
ramme_min        | intervall | prosent | 60     |           | 60      | 70
ramme_max        | intervall | prosent | 70     |           | 60      | 70
ramme            | avrundet  | prosent | 90     |           | 89.5    | 90.5
ramme-minst-lo   | intervall | prosent | 14     |           | 14      | 15
ramme-minst-hi   | intervall | prosent | 15     |           | 14      | 15
ramme-minst      | avrundet  | prosent | 5      |           | 4.5     | 5.5
avledet_eksakt   | avledet   | antall  | 34516  |           | 34515.5 | 34516.5
avledet_avrundet | avledet   | prosent | 3.5    | 1.05      | 2.45    | 4.55
anslag           | anslag    | antall  | 172000 |           |         |
"""


def grenser_av(rader: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    con = database()
    fyll(con, "publisert", publisert(rader))
    return kjor(con, "avstemming_grenser")


def test_bounds_by_precision() -> None:
    ventet = tabell(GRENSER)
    funnet = grenser_av([{k: rad[k] for k in ("id", "presisjon", "enhet", "verdi", "toleranse")} for rad in ventet])
    for rad in ventet:
        for side in ("nedre", "ovre"):
            grense = None if rad[side] is None else pytest.approx(float(rad[side]))
            assert funnet[rad["id"]][side] == grense, (rad["id"], side)


DOMMER = """
id                | presisjon | enhet    | verdi | storrelse | teller | nevner | verdi_ledd | status
------------------+-----------+----------+-------+-----------+--------+--------+------------+---------
treffer           | avrundet  | prosent  | 25    | andel     | 2500   | 10000  |            | innenfor
paa_grensen       | avrundet  | prosent  | 25    | andel     | 2550   | 10000  |            | innenfor
like_over         | avrundet  | prosent  | 25    | andel     | 2551   | 10000  |            | utenfor
like_under        | avrundet  | prosent  | 25    | andel     | 2449   | 10000  |            | utenfor
eksakt_desimal    | eksakt    | prosent  | 44.5  | andel     | 4454   | 10000  |            | innenfor
eksakt_rundes_opp | eksakt    | prosent  | 44.5  | andel     | 4456   | 10000  |            | utenfor
paa_ovre_grense   | eksakt    | prosent  | 27.2  | andel     | 2725   | 10000  |            | innenfor
paa_nedre_grense  | eksakt    | prosent  | 28.3  | andel     | 2825   | 10000  |            | innenfor
antall_likt       | eksakt    | antall   | 100   | antall    | 100    | 0      |            | innenfor
antall_en_fra     | eksakt    | antall   | 100   | antall    | 101    | 0      |            | utenfor
om_lag            | omtrent   | antall   | 100   | sum       | 150    | 0      |            | innenfor
langt_fra         | omtrent   | antall   | 100   | sum       | 151    | 0      |            | utenfor
over_grensen      | over      | prosent  | 70    | andel     | 77     | 100    |            | innenfor
ikke_over         | over      | prosent  | 70    | andel     | 69     | 100    |            | utenfor
altfor_langt_over | over      | prosent  | 70    | andel     | 99     | 100    |            | utenfor
under_grensen     | under     | prosent  | 60    | andel     | 54     | 100    |            | innenfor
nesten_ingen      | under     | prosent  | 60    | andel     | 1      | 100    |            | utenfor
ikke_under        | under     | prosent  | 60    | andel     | 61     | 100    |            | utenfor
median            | omtrent   | dager    | 200   | median    | 100    |        | 249        | innenfor
median_for_lang   | omtrent   | dager    | 200   | median    | 100    |        | 251        | utenfor
lengste           | eksakt    | maaneder | 64    | verdi     | 100    |        | 64         | innenfor
fall              | eksakt    | antall   | -73   | endring   | -73    | 0      |            | innenfor
stigning          | eksakt    | antall   | -73   | endring   | 73     | 0      |            | utenfor
fall_i_prosent    | eksakt    | prosent  | -7.3  | endring_prosent | -73 | 1000 |            | innenfor
"""


def test_verdicts_on_a_real_register() -> None:
    ventet = tabell(DOMMER)
    trykt = [{k: rad[k] for k in ("id", "presisjon", "enhet", "verdi")} for rad in ventet]
    ledd = [
        {"id": rad["id"], "personer": rad["teller"], "verdi": rad["verdi_ledd"]}
        | {k: rad[k] for k in ("storrelse", "teller", "nevner")}
        for rad in ventet
    ]
    funnet = dom(trykt, ledd)
    assert {navn: rad["status"] for navn, rad in funnet.items()} == {rad["id"]: rad["status"] for rad in ventet}
    assert {rad["utvalgsmargin"] for rad in funnet.values()} == {None}
    assert funnet["like_over"]["avvik"] == pytest.approx(0.51)


def test_a_result_of_the_courses_has_no_months_and_is_judged_all_the_same() -> None:
    trykt = [{"id": "andel", "presisjon": "avrundet", "enhet": "prosent", "verdi": "73"}]
    ledd = [
        {"id": "andel", "storrelse": "andel", "teller": 80, "nevner": 100, "maaneder": None, "maaneder_ventet": None}
    ]
    assert (dom(trykt, ledd)["andel"]["status"], dom(trykt, ledd)["andel"]["grunn"]) == ("utenfor", None)


def test_what_cannot_be_tested_says_why() -> None:
    trykt = [
        {"id": navn, "presisjon": presisjon, "enhet": "prosent", "verdi": "25"}
        for navn, presisjon in [
            *[("anslag", "anslag"), ("sak.fig1", "avrundet"), ("ukoblet", "avrundet")],
            *[("halv_periode", "avrundet"), ("tom_nevner", "avrundet"), ("sak.tabell1", "avrundet")],
            *[("uten_panel", "avrundet"), ("anslag_ukoblet", "anslag")],
        ]
    ]
    ledd = [
        {"id": "anslag", "storrelse": "andel", "teller": 25, "nevner": 100},
        {"id": "halv_periode", "storrelse": "andel", "teller": 25, "nevner": 100, "maaneder": 9}
        | {"maaneder_ventet": 12},
        {"id": "tom_nevner", "storrelse": "andel", "teller": 0, "nevner": 0},
        {"id": "uten_panel", "storrelse": "andel", "maaneder": None, "maaneder_ventet": None},
    ]
    funnet = dom(trykt, ledd)
    assert {rad["status"] for rad in funnet.values()} == {"kan_ikke_testes"}
    assert {navn: rad["grunn"] for navn, rad in funnet.items()} == {
        "anslag": "Anslag i et budsjett, ikke et målt tall",
        "anslag_ukoblet": "Anslag i et budsjett, ikke et målt tall",
        "sak.fig1": "Lest i saker",
        "sak.tabell1": "Registertall",
        "ukoblet": "Ikke koblet til et beregnet resultat",
        "halv_periode": "Perioden er ikke beregnet: 9 av 12 måneder finnes",
        "tom_nevner": "Ingen personer å regne andelen av",
        "uten_panel": "Forløpene dekker ikke tidsrommet tallet gjelder",
    }
    assert dom(trykt, ledd, 0.1)["halv_periode"]["utvalgsmargin"] is None
    # A forecast stands beside what came of it; half a period is no number at all.
    assert funnet["anslag"]["reprodusert"] == 25
    assert funnet["halv_periode"]["reprodusert"] is None
    assert funnet["ukoblet"]["lesning"] == ""


def test_a_number_that_is_tied_is_judged_whatever_is_said_of_those_beside_it() -> None:
    trykt = [
        {"id": navn, "presisjon": "avrundet", "enhet": "prosent", "verdi": "25"} for navn in ("sak.fig1", "sak.fig2")
    ]
    funnet = dom(trykt, [{"id": "sak.fig2", "storrelse": "andel", "teller": 25, "nevner": 100}])
    assert {navn: rad["status"] for navn, rad in funnet.items()} == {
        "sak.fig1": "kan_ikke_testes",
        "sak.fig2": "innenfor",
    }


def test_a_share_a_rounding_below_nobody_or_above_everybody_has_no_margin() -> None:
    """Means over months are taken term by term: 0.1 + 0.2 is a little more than 0.3."""
    trykt = [{"id": navn, "presisjon": "avrundet", "enhet": "prosent", "verdi": "50"} for navn in ("alle", "ingen")]
    ledd = [
        {"id": "alle", "storrelse": "andel", "teller": 0.1 + 0.2, "nevner": 0.3},
        {"id": "ingen", "storrelse": "andel", "teller": 0.3 - (0.1 + 0.2), "nevner": 0.3},
    ]
    funnet = dom(trykt, ledd, 0.1)
    assert {navn: (rad["reprodusert"], rad["utvalgsmargin"]) for navn, rad in funnet.items()} == {
        "alle": (pytest.approx(100), 0),
        "ingen": (pytest.approx(0), 0),
    }


def test_the_smallest_group_a_result_tells_of() -> None:
    trykt = [
        {"id": navn, "presisjon": "avrundet", "enhet": "prosent", "verdi": "25"}
        for navn in ("faa", "nesten_alle", "n", "flere", "flere_pst")
    ]
    ledd = [
        {"id": "faa", "storrelse": "andel", "teller": 3, "nevner": 100},
        {"id": "nesten_alle", "storrelse": "andel", "teller": 96, "nevner": 100},
        {"id": "n", "storrelse": "antall", "teller": 25, "nevner": 0},
        {"id": "flere", "storrelse": "endring", "teller": -3, "personer": 203, "nevner": 0},
        {"id": "flere_pst", "storrelse": "endring_prosent", "teller": -3, "personer": 203, "nevner": 100},
    ]
    funnet = dom(trykt, ledd)
    # A change tells of those who make the difference, whichever way it goes.
    assert {navn: rad["minste_gruppe"] for navn, rad in funnet.items()} == {
        **{"faa": 3, "nesten_alle": 4, "n": 25},
        **{"flere": 3, "flere_pst": 3},
    }


def test_every_reading_gets_its_own_verdict() -> None:
    trykt = [{"id": "n", "presisjon": "avrundet", "enhet": "prosent", "verdi": "30"}]
    ledd = [
        {"id": "n", "lesning": lesning, "storrelse": "andel", "teller": teller, "nevner": 100}
        for lesning, teller in [("forlopslengde", 30), ("forlopt_tid", 45)]
    ]
    assert {navn: rad["status"] for navn, rad in dom(trykt, ledd).items()} == {
        "n forlopslengde": "innenfor",
        "n forlopt_tid": "utenfor",
    }


def test_rows_stand_in_reading_order() -> None:
    trykt = [{"id": navn, "presisjon": "avrundet", "enhet": "prosent", "verdi": "30"} for navn in ("sist", "forst")]
    ledd = [
        {"id": navn, "lesning": lesning, "storrelse": "andel", "teller": 30, "nevner": 100}
        for navn, lesning in [("forst", "b"), ("sist", ""), ("forst", "a")]
    ]
    assert list(dom([trykt[1] | {"nr": 1}, trykt[0] | {"nr": 2}], ledd)) == ["forst a", "forst b", "sist"]
