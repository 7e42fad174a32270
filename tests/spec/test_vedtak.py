"""`aap_siden`, `konvertert`, `aktfase` (rules.md §1) and `innsatsgruppe`, `hovedmaal`."""

from __future__ import annotations

import datetime as dt

from tests.spec.tabeller import APRIL, Register

MAI = dt.date(2015, 5, 1)


def test_which_vedtak_are_granted(register: Register) -> None:
    """NAV's own filter for a granted period: AAP, yes, type O, E or G, in force or ended, and dates that hold."""
    register.fyll(
        aap_vedtak="""
        person          | rettighetkode | vedtaktypekode | utfallkode | vedtakstatuskode | fra_dato   | til_dato
        p_ny_rettighet  | AAP           | O              | JA         | IVERK            | 2014-05-01 |
        p_endring       | AAP           | E              | JA         | IVERK            | 2014-05-01 |
        p_gjenopptak    | AAP           | G              | JA         | IVERK            | 2014-05-01 |
        p_avsluttet     | AAP           | O              | JA         | AVSLU            | 2014-05-01 |
        p_en_dag        | AAP           | O              | JA         | IVERK            | 2015-04-20 | 2015-04-20
        p_stans         | AAP           | S              | JA         | IVERK            | 2014-05-01 |
        p_kontroll      | AAP           | K              | JA         | IVERK            | 2014-05-01 |
        p_reaksjon      | AAP           | A              | JA         | IVERK            | 2014-05-01 |
        p_omgjoring     | AAP           | M              | JA         | IVERK            | 2014-05-01 |
        p_annullering   | AAP           | N              | JA         | IVERK            | 2014-05-01 |
        p_bortfall      | AAP           | T              | JA         | IVERK            | 2014-05-01 |
        p_ventetid      | AAP           | F              | JA         | IVERK            | 2014-05-01 |
        p_revurdering   | AAP           | R              | JA         | IVERK            | 2014-05-01 |
        p_avslag        | AAP           | O              | NEI        | IVERK            | 2014-05-01 |
        p_avbrutt       | AAP           | O              | AVBRUTT    | IVERK            | 2014-05-01 |
        p_uten_utfall   | AAP           | O              |            | IVERK            | 2014-05-01 |
        p_opprettet     | AAP           | O              | JA         | OPPRE            | 2014-05-01 |
        p_mottatt       | AAP           | O              | JA         | MOTAT            | 2014-05-01 |
        p_registrert    | AAP           | O              | JA         | REGIS            | 2014-05-01 |
        p_fordelt       | AAP           | O              | JA         | FORDE            | 2014-05-01 |
        p_innstilt      | AAP           | O              | JA         | INNST            | 2014-05-01 |
        p_godkjent      | AAP           | O              | JA         | GODKJ            | 2014-05-01 |
        p_kontrollert   | AAP           | O              | JA         | KONT             | 2014-05-01 |
        p_nedsatt_evne  | AA115         | O              | JA         | IVERK            | 2014-05-01 |
        p_bistandsbehov | AA116         | O              | JA         | IVERK            | 2014-05-01 |
        p_ung_ufor      | AAUNGUFOR     | O              | JA         | IVERK            | 2014-05-01 |
        p_forvaltning   | AATFOR        | O              | JA         | IVERK            | 2014-05-01 |
        p_fritak        | FRI_MK_AAP    | O              | JA         | IVERK            | 2014-05-01 |
        p_uten_start    | AAP           | O              | JA         | IVERK            |            | 2015-12-31
        p_uten_datoer   | AAP           | O              | JA         | IVERK            |            |
        p_ugyldiggjort  | AAP           | O              | JA         | IVERK            | 2015-04-20 | 2015-04-19
        """
    )
    siden = {person: dato for person, dato in register.kolonne("aap_siden").items() if dato}
    assert siden == {
        "p_ny_rettighet": dt.date(2014, 5, 1),
        "p_endring": dt.date(2014, 5, 1),
        "p_gjenopptak": dt.date(2014, 5, 1),
        "p_avsluttet": dt.date(2014, 5, 1),
        "p_en_dag": dt.date(2015, 4, 20),
    }


def test_aap_siden_is_the_start_of_the_unbroken_chain_that_reaches_the_month(register: Register) -> None:
    """Gaps are whole days without any vedtak: 31 is bridged, 32 is not."""
    register.fyll(
        aap_vedtak="""
        person                       | fra_dato   | til_dato
        p_ett_aapent                 | 2012-01-01 |
        p_til_forste_dag             | 2012-01-01 | 2015-04-01
        p_sluttet_i_mars             | 2012-01-01 | 2015-03-31
        p_begynner_siste_dag         | 2015-04-30 |
        p_begynner_i_mai             | 2015-05-01 |
        p_uten_opphold               | 2012-01-01 | 2012-12-31
        p_uten_opphold               | 2013-01-01 | 2015-12-31
        p_januar_uten                | 2012-01-01 | 2014-12-31
        p_januar_uten                | 2015-02-01 | 2015-12-31
        p_januar_og_en_dag_uten      | 2012-01-01 | 2014-12-31
        p_januar_og_en_dag_uten      | 2015-02-02 | 2015-12-31
        p_tre_ledd                   | 2011-01-01 | 2011-12-31
        p_tre_ledd                   | 2012-01-15 | 2013-12-31
        p_tre_ledd                   | 2014-01-15 | 2015-12-31
        p_brudd_i_midten             | 2011-01-01 | 2011-12-31
        p_brudd_i_midten             | 2013-01-01 | 2013-12-31
        p_brudd_i_midten             | 2014-01-01 | 2015-12-31
        p_kort_inni_langt            | 2011-01-01 | 2015-12-31
        p_kort_inni_langt            | 2011-02-01 | 2011-03-01
        p_kort_inni_langt            | 2014-06-01 | 2014-07-01
        p_overlapp                   | 2013-01-01 | 2014-12-31
        p_overlapp                   | 2014-06-01 | 2015-12-31
        p_samme_start                | 2013-01-01 | 2013-01-31
        p_samme_start                | 2013-01-01 | 2015-12-31
        p_neste_begynner_i_mai       | 2013-01-01 | 2015-03-31
        p_neste_begynner_i_mai       | 2015-05-01 | 2015-12-31
        p_neste_i_mai_naar_fram      | 2013-01-01 | 2015-04-10
        p_neste_i_mai_naar_fram      | 2015-05-01 | 2015-12-31
        p_ny_rekke_i_juni            | 2013-01-01 | 2015-04-10
        p_ny_rekke_i_juni            | 2015-06-01 | 2015-12-31
        """
    )
    assert register.kolonne("aap_siden") == {
        "p_ett_aapent": dt.date(2012, 1, 1),
        "p_til_forste_dag": dt.date(2012, 1, 1),
        "p_sluttet_i_mars": None,
        "p_begynner_siste_dag": dt.date(2015, 4, 30),
        "p_begynner_i_mai": None,
        "p_uten_opphold": dt.date(2012, 1, 1),
        "p_januar_uten": dt.date(2012, 1, 1),
        "p_januar_og_en_dag_uten": dt.date(2015, 2, 2),
        "p_tre_ledd": dt.date(2011, 1, 1),
        "p_brudd_i_midten": dt.date(2013, 1, 1),
        "p_kort_inni_langt": dt.date(2011, 1, 1),
        "p_overlapp": dt.date(2013, 1, 1),
        "p_samme_start": dt.date(2013, 1, 1),
        # A chain reaches the month by a vedtak in force in it; one that only begins later does not bring it there.
        "p_neste_begynner_i_mai": None,
        "p_neste_i_mai_naar_fram": dt.date(2013, 1, 1),
        "p_ny_rekke_i_juni": dt.date(2013, 1, 1),
    }


def test_a_chain_is_of_the_vedtak_in_the_month_s_own_delivery(register: Register) -> None:
    """In May the first vedtak had been invalidated and was no longer delivered as granted."""
    register.fyll(
        aap_vedtak="""
        maaned     | person | utfallkode | fra_dato   | til_dato
        2015-04-01 | p      | JA         | 2013-01-01 | 2014-12-31
        2015-04-01 | p      | JA         | 2015-01-01 |
        2015-05-01 | p      | NEI        | 2013-01-01 | 2014-12-31
        2015-05-01 | p      | JA         | 2015-01-01 |
        """
    ).klargjor(APRIL, MAI)
    rader = register.rader("SELECT maaned, aap_siden FROM klargjort.person_maaned")
    assert {rad["maaned"]: rad["aap_siden"] for rad in rader} == {
        APRIL: dt.date(2013, 1, 1),
        MAI: dt.date(2015, 1, 1),
    }


def test_a_vedtak_that_is_not_granted_does_not_close_a_gap(register: Register) -> None:
    register.fyll(
        aap_vedtak="""
        person   | rettighetkode | utfallkode | fra_dato   | til_dato
        p        | AAP           | JA         | 2012-01-01 | 2013-12-31
        p        | AAP           | NEI        | 2014-01-01 | 2014-12-31
        p        | AA116         | JA         | 2014-01-01 | 2014-12-31
        p        | AAP           | JA         | 2015-01-01 |
        """
    )
    assert register.kolonne("aap_siden") == {"p": dt.date(2015, 1, 1)}


def test_konvertert_is_any_granted_vedtak_moved_over_in_2010(register: Register) -> None:
    register.fyll(
        aap_vedtak="""
        person                  | konvertert | utfallkode | rettighetkode | fra_dato   | til_dato
        p_konvertert            | J          | JA         | AAP           | 2010-03-01 |
        p_forste_konvertert     | J          | JA         | AAP           | 2010-03-01 | 2011-02-28
        p_forste_konvertert     | N          | JA         | AAP           | 2011-03-01 |
        p_gammel_og_ny_sak      | J          | JA         | AAP           | 2010-03-01 | 2011-02-28
        p_gammel_og_ny_sak      | N          | JA         | AAP           | 2014-03-01 |
        p_ikke                  | N          | JA         | AAP           | 2014-03-01 |
        p_ukjent                |            | JA         | AAP           | 2014-03-01 |
        p_avslag                | J          | NEI        | AAP           | 2010-03-01 |
        p_ugyldiggjort          | J          | JA         | AAP           | 2010-03-01 | 2010-02-28
        p_annen_rettighet       | J          | JA         | AA116         | 2010-03-01 |
        p_uten_datoer           | J          | JA         | AAP           |            |
        p_begynner_i_mai        | J          | JA         | AAP           | 2015-05-01 |
        """
    )
    assert register.kolonne("konvertert") == {
        "p_konvertert": True,
        "p_forste_konvertert": True,
        "p_gammel_og_ny_sak": True,
        "p_ikke": False,
        "p_ukjent": False,
        "p_avslag": False,
        "p_ugyldiggjort": False,
        "p_annen_rettighet": False,
        "p_uten_datoer": False,
        # Of the person, not of a day: a granted vedtak, whenever it begins.
        "p_begynner_i_mai": True,
    }


def test_what_says_yes_to_konvertert_is_an_edit_in_the_code_list(register: Register) -> None:
    register.fyll(aap_vedtak=[{"person": "p_ja", "konvertert": "J"}, {"person": "p_nei", "konvertert": "N"}])
    with register.angret():
        register.con.execute("UPDATE kodeverk.ja_nei SET ja = NOT ja")
        assert register.kolonne("konvertert") == {"p_ja": False, "p_nei": True}


def test_aktfase_is_of_the_latest_granted_vedtak_in_force_on_the_last_day(register: Register) -> None:
    register.fyll(
        aap_vedtak="""
        person                | vedtak_id | aktfasekode | fra_dato   | til_dato   | vedtaktypekode
        p_seneste_start       | 2         | UA          | 2014-01-01 |            | O
        p_seneste_start       | 1         | AU          | 2015-01-01 |            | E
        p_samme_start         | 3         | UA          | 2014-01-01 |            | O
        p_samme_start         | 4         | SPE         | 2014-01-01 |            | E
        p_seneste_uten_fase   | 5         | UA          | 2014-01-01 |            | O
        p_seneste_uten_fase   | 6         |             | 2015-01-01 |            | E
        p_seneste_utlopt      | 7         | UVUP        | 2014-01-01 | 2015-04-30 | O
        p_seneste_utlopt      | 8         | AU          | 2015-01-01 | 2015-04-29 | E
        p_seneste_i_mai       | 9         | UA          | 2014-01-01 |            | O
        p_seneste_i_mai       | 10        | FA          | 2015-05-01 |            | E
        p_seneste_er_stans    | 11        | UA          | 2014-01-01 |            | O
        p_seneste_er_stans    | 12        | FA          | 2015-04-01 |            | S
        p_ingen_i_kraft       | 13        | UA          | 2014-01-01 | 2015-04-29 | O
        p_hoyeste_id_forst    | 15        | SPE         | 2014-01-01 |            | E
        p_hoyeste_id_forst    | 14        | UA          | 2014-01-01 |            | O
        """
    )
    assert register.kolonne("aktfase") == {
        "p_seneste_start": "AU",
        "p_samme_start": "SPE",
        "p_seneste_uten_fase": None,
        "p_seneste_utlopt": "UVUP",
        "p_seneste_i_mai": "UA",
        "p_seneste_er_stans": "UA",
        "p_ingen_i_kraft": None,
        "p_hoyeste_id_forst": "SPE",
    }


def test_four_codes_are_an_innsatsgruppe_and_the_service_groups_are_not(register: Register) -> None:
    ventet = {
        "IKVAL": "standard",
        "BFORM": "situasjonsbestemt",
        "BATT": "spesielt_tilpasset",
        "VARIG": "varig_tilpasset",
        **dict.fromkeys(("IVURD", "BKART", "OPPFI", "VURDI", "VURDU", "KAP11")),
    }
    register.fyll(innsatsgruppe=[{"person": kode, "kvalifiseringsgruppekode": kode} for kode in ventet])
    assert register.kolonne("innsatsgruppe") == ventet
    assert register.kolonne("hovedmaal") == {kode: gruppe and "SKAFFEA" for kode, gruppe in ventet.items()}


def test_innsatsgruppe_and_hovedmaal_are_of_the_latest_row_in_force_on_the_last_day(register: Register) -> None:
    register.fyll(
        innsatsgruppe="""
        person                     | vedtak_id | kvalifiseringsgruppekode | hovedmaalkode | fra_dato   | til_dato
        p_seneste                  | 2         | BFORM                    | SKAFFEA       | 2014-01-01 |
        p_seneste                  | 1         | BATT                     | BEHOLDEA      | 2015-01-01 |
        p_samme_dag                | 3         | BFORM                    | SKAFFEA       | 2014-01-01 |
        p_samme_dag                | 4         | BATT                     | OKEDELT       | 2014-01-01 |
        p_uten_hovedmaal           | 5         | BFORM                    | SKAFFEA       | 2014-01-01 |
        p_uten_hovedmaal           | 6         | VARIG                    |               | 2015-01-01 |
        p_seneste_er_servicegruppe | 7         | BATT                     | SKAFFEA       | 2014-01-01 |
        p_seneste_er_servicegruppe | 8         | VURDU                    |               | 2015-01-01 |
        p_til_siste_dag            | 9         | BATT                     | SKAFFEA       | 2014-01-01 | 2015-04-30
        p_til_dagen_for            | 10        | BATT                     | SKAFFEA       | 2014-01-01 | 2015-04-29
        p_fra_siste_dag            | 11        | BATT                     | SKAFFEA       | 2015-04-30 |
        p_fra_mai                  | 12        | BATT                     | SKAFFEA       | 2015-05-01 |
        """
    )
    innsatsgruppe, hovedmaal = register.kolonne("innsatsgruppe"), register.kolonne("hovedmaal")
    assert {person: (innsatsgruppe[person], hovedmaal[person]) for person in innsatsgruppe} == {
        "p_seneste": ("spesielt_tilpasset", "BEHOLDEA"),
        "p_samme_dag": ("spesielt_tilpasset", "OKEDELT"),
        "p_uten_hovedmaal": ("varig_tilpasset", None),
        "p_seneste_er_servicegruppe": ("spesielt_tilpasset", "SKAFFEA"),
        "p_til_siste_dag": ("spesielt_tilpasset", "SKAFFEA"),
        "p_til_dagen_for": (None, None),
        "p_fra_siste_dag": ("spesielt_tilpasset", "SKAFFEA"),
        "p_fra_mai": (None, None),
    }
