"""`gyldig_plan`, `plan_status`, `behandling` and its two readings of fn. 5 (rules.md §1; 2017:1 ch. 2)."""

from __future__ import annotations

from tests.spec.tabeller import Register, tabell

ATTE_NAVN = (
    "Medisinsk behandling - institusjon",
    "Medisinsk behandling - poliklinisk",
    "Medisinsk behandling / utredning",
    "Institusjonsopphold – behandling",
    "Rehabilitering",
    "Rusbehandling",
    "Institusjonsopphold - rehabilitering/opptrening",
    "Raskere behandling hos spesialist for sykmeldte",
)
"""2017:1 fn. 3, as printed."""


def test_plan_is_signed_and_its_period_not_over_on_the_last_day(register: Register) -> None:
    rader = tabell("""
        person                         | dato_fra   | dato_til   | dato_godkjent
        p_gyldig                       | 2015-01-01 | 2015-12-31 | 2015-01-10
        p_uten_slutt                   | 2015-01-01 |            | 2015-01-10
        p_til_siste_dag                | 2015-01-01 | 2015-04-30 | 2015-01-10
        p_til_dagen_for_siste          | 2015-01-01 | 2015-04-29 | 2015-01-10
        p_fra_siste_dag                | 2015-04-30 | 2015-12-31 | 2015-04-10
        p_fra_mai                      | 2015-05-01 | 2015-12-31 | 2015-04-10
        p_signert_siste_dag            | 2015-01-01 | 2015-12-31 | 2015-04-30
        p_signert_i_mai                | 2015-01-01 | 2015-12-31 | 2015-05-01
        p_signert_for_start            | 2015-01-01 | 2015-12-31 | 2014-12-01
        p_usignert                     | 2015-01-01 | 2015-12-31 |
        p_usignert_uten_slutt          | 2015-01-01 |            |
        p_usignert_fra_siste_dag       | 2015-04-30 | 2015-12-31 |
        p_usignert_fra_mai             | 2015-05-01 | 2015-12-31 |
        p_usignert_til_siste_dag       | 2015-01-01 | 2015-04-30 |
        p_usignert_utlopt              | 2014-01-01 | 2015-04-29 |
        p_signert_etter_utlop_i_mai    | 2014-01-01 | 2015-03-31 | 2015-05-01
        p_slutt_for_start_siste_dag    | 2015-05-01 | 2015-04-30 | 2015-01-10
        p_slutt_for_start              | 2015-05-01 | 2015-04-29 | 2015-01-10
        """)
    register.fyll(aktivitetsplan=rader, person=[{"person": "p_ingen"}])
    assert register.kolonne("plan_status") == {
        "p_gyldig": "gyldig",
        "p_uten_slutt": "gyldig",
        "p_til_siste_dag": "gyldig",
        "p_til_dagen_for_siste": "utlopt",
        "p_fra_siste_dag": "gyldig",
        "p_fra_mai": "ingen",
        "p_signert_siste_dag": "gyldig",
        "p_signert_i_mai": "ikke_signert",
        "p_signert_for_start": "gyldig",
        "p_usignert": "ikke_signert",
        "p_usignert_uten_slutt": "ikke_signert",
        "p_usignert_fra_siste_dag": "ikke_signert",
        "p_usignert_fra_mai": "ingen",
        "p_usignert_til_siste_dag": "ikke_signert",
        "p_usignert_utlopt": "ingen",
        "p_signert_etter_utlop_i_mai": "ingen",
        "p_slutt_for_start_siste_dag": "ingen",
        "p_slutt_for_start": "utlopt",
        "p_ingen": "ingen",
    }
    gyldige = {person for person, gyldig in register.kolonne("gyldig_plan").items() if gyldig}
    assert gyldige == {
        "p_gyldig",
        "p_uten_slutt",
        "p_til_siste_dag",
        "p_fra_siste_dag",
        "p_signert_siste_dag",
        "p_signert_for_start",
    }


def test_between_several_plans_valid_goes_before_expired_before_unsigned(register: Register) -> None:
    register.fyll(
        aktivitetsplan="""
        person                      | dato_fra   | dato_til   | dato_godkjent
        p_gyldig_og_resten          | 2015-01-01 | 2015-12-31 | 2015-01-10
        p_gyldig_og_resten          | 2014-01-01 | 2014-12-31 | 2014-01-10
        p_gyldig_og_resten          | 2015-04-01 |            |
        p_utlopt_og_ny_usignert     | 2014-01-01 | 2015-03-31 | 2014-01-10
        p_utlopt_og_ny_usignert     | 2015-04-01 |            |
        p_usignert_og_framtidig     | 2015-04-01 |            |
        p_usignert_og_framtidig     | 2015-05-01 |            | 2015-04-10
        """
    )
    assert register.kolonne("plan_status") == {
        "p_gyldig_og_resten": "gyldig",
        "p_utlopt_og_ny_usignert": "utlopt",
        "p_usignert_og_framtidig": "ikke_signert",
    }


def test_the_eight_names_are_treatment(register: Register) -> None:
    register.fyll(
        aktivitetsplan=[{"person": navn} for navn in ATTE_NAVN],
        aktivitet=[{"person": navn, "aktivitettypenavn": navn} for navn in ATTE_NAVN],
    )
    assert register.kolonne("behandling") == dict.fromkeys(ATTE_NAVN, True)


def test_names_are_compared_without_case_surplus_space_or_kind_of_dash(register: Register) -> None:
    skrivemaater = {
        "p_store": ("REHABILITERING", True),
        "p_luft_rundt": ("  Rehabilitering \t", True),
        "p_dobbel_luft": ("Medisinsk  behandling -  institusjon", True),
        "p_hardt_mellomrom": ("Medisinsk\u00a0behandling - institusjon", True),
        "p_tankestrek": ("Medisinsk behandling \u2013 institusjon", True),
        "p_lang_strek": ("Medisinsk behandling \u2014 institusjon", True),
        "p_hard_bindestrek": ("Institusjonsopphold \u2011 behandling", True),
        "p_myk_bindestrek": ("Medisinsk behandling \u00ad poliklinisk", True),
        "p_minus": ("Institusjonsopphold \u2212 behandling", True),
        "p_iso_8859_1": ("Institusjonsopphold ? behandling", True),
        "p_windows_1252": ("Institusjonsopphold \x96 behandling", True),
        "p_ikke_unicode": ("Institusjonsopphold \ufffd behandling", True),
        "p_spoersmaal": ("Rehabilitering?", False),
        "p_uten_luft_om_strek": ("Medisinsk behandling-poliklinisk", True),
        "p_uten_luft_om_skraastrek": ("Medisinsk behandling/utredning", True),
        "p_uten_strek": ("Medisinsk behandling institusjon", False),
        "p_tillegg": ("Rehabilitering i egen regi", False),
        "p_forkortet": ("Rehab", False),
        "p_delt_ord": ("Rus behandling", False),
        "p_arbeidsrettet": ("Arbeidsrettet rehabilitering (dag)", False),
        "p_annet": ("Egentrening", False),
        "p_ukjent": ("Et navn ingen har sett", False),
    }
    register.fyll(
        aktivitetsplan=[{"person": p} for p in skrivemaater],
        aktivitet=[{"person": p, "aktivitettypenavn": navn} for p, (navn, _) in skrivemaater.items()],
    )
    assert register.kolonne("behandling") == {p: ventet for p, (_, ventet) in skrivemaater.items()}


def test_only_gjennomfores_is_ongoing(register: Register) -> None:
    andre = ("AKTUL", "AVBR", "BEHOV", "DLTAV", "FRAF", "FULLF", "GJNAV", "JATLB", "OPPHO", "OVERF", "PLAN")
    ventet = dict.fromkeys((*andre, "TILBU", "VENTL"), False) | {"GJENN": True}
    register.fyll(
        aktivitetsplan=[{"person": kode} for kode in ventet],
        aktivitet=[{"person": kode, "aktivitetstatuskode": kode} for kode in ventet],
    )
    assert register.kolonne("behandling") == ventet


def test_treatment_needs_a_valid_plan_but_no_dates_and_no_link_to_it(register: Register) -> None:
    register.fyll(
        aktivitetsplan="""
        person                       | aktivitetsplan_id | dato_til   | dato_godkjent
        p_gyldig                     | 1                 | 2015-12-31 | 2015-01-10
        p_utlopt                     | 2                 | 2015-04-29 | 2015-01-10
        p_usignert                   | 3                 | 2015-12-31 |
        p_aktivitet_over             | 4                 | 2015-12-31 | 2015-01-10
        p_aktivitet_ikke_begynt      | 5                 | 2015-12-31 | 2015-01-10
        p_annen_plan                 | 6                 | 2015-12-31 | 2015-01-10
        p_uten_behandling            | 7                 | 2015-12-31 | 2015-01-10
        """,
        aktivitet="""
        person                       | aktivitetsplan_id | dato_fra   | dato_til   | aktivitettypenavn
        p_gyldig                     | 1                 | 2015-01-01 |            | Rusbehandling
        p_utlopt                     | 2                 | 2015-01-01 |            | Rusbehandling
        p_usignert                   | 3                 | 2015-01-01 |            | Rusbehandling
        p_aktivitet_over             | 4                 | 2012-01-01 | 2012-02-01 | Rusbehandling
        p_aktivitet_ikke_begynt      | 5                 | 2019-01-01 |            | Rusbehandling
        p_annen_plan                 | 999               |            |            | Rusbehandling
        p_uten_plan                  |                   |            |            | Rusbehandling
        p_uten_behandling            | 7                 |            |            | Egentrening
        """,
    )
    assert register.kolonne("behandling") == {
        "p_gyldig": True,
        "p_utlopt": False,
        "p_usignert": False,
        "p_aktivitet_over": True,
        "p_aktivitet_ikke_begynt": True,
        "p_annen_plan": True,
        "p_uten_plan": False,
        "p_uten_behandling": False,
    }
    # Fn. 5: what the requirement of a plan takes away (40 against 50 percent in April 2015), by its letter …
    assert register.kolonne("behandling_inkl_utlopt_plan") == {
        "p_gyldig": True,
        "p_utlopt": True,
        "p_usignert": False,
        "p_aktivitet_over": True,
        "p_aktivitet_ikke_begynt": True,
        "p_annen_plan": True,
        "p_uten_plan": False,
        "p_uten_behandling": False,
    }
    # … and where no plan is asked for.
    assert register.kolonne("behandling_uten_plankrav") == {
        "p_gyldig": True,
        "p_utlopt": True,
        "p_usignert": True,
        "p_aktivitet_over": True,
        "p_aktivitet_ikke_begynt": True,
        "p_annen_plan": True,
        "p_uten_plan": True,
        "p_uten_behandling": False,
    }


def test_treatment_by_the_letter_of_fn_5_needs_a_plan_that_is_signed_and_valid_or_run_out(register: Register) -> None:
    planer = tabell("""
        person                       | dato_fra   | dato_til   | dato_godkjent
        p_gyldig                     | 2015-01-01 | 2015-04-30 | 2015-01-10
        p_utlopt_dagen_for_siste     | 2015-01-01 | 2015-04-29 | 2015-01-10
        p_utlopt_for_lenge_siden     | 2010-05-01 | 2010-12-31 | 2010-05-10
        p_signert_siste_dag          | 2014-01-01 | 2014-12-31 | 2015-04-30
        p_signert_etter_siste        | 2014-01-01 | 2014-12-31 | 2015-05-01
        p_utlopt_usignert            | 2014-01-01 | 2014-12-31 |
        p_usignert                   | 2015-01-01 | 2015-12-31 |
        p_ikke_begynt                | 2015-05-01 | 2015-12-31 | 2015-04-10
        p_utlopt_og_ny_usignert      | 2014-01-01 | 2014-12-31 | 2014-01-10
        p_utlopt_og_ny_usignert      | 2015-01-01 |            |
        p_utlopt_uten_behandling     | 2014-01-01 | 2014-12-31 | 2014-01-10
        """)
    behandlet = sorted({rad["person"] for rad in planer} - {"p_utlopt_uten_behandling"})
    register.fyll(aktivitetsplan=planer, aktivitet=[{"person": person} for person in (*behandlet, "p_uten_plan")])
    assert register.kolonne("behandling_inkl_utlopt_plan") == {
        "p_gyldig": True,
        "p_utlopt_dagen_for_siste": True,
        "p_utlopt_for_lenge_siden": True,
        "p_signert_siste_dag": True,
        "p_signert_etter_siste": False,
        "p_utlopt_usignert": False,
        "p_usignert": False,
        "p_ikke_begynt": False,
        "p_utlopt_og_ny_usignert": True,
        "p_utlopt_uten_behandling": False,
        "p_uten_plan": False,
    }
    assert {person for person, er in register.kolonne("behandling").items() if er} == {"p_gyldig"}
