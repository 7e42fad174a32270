"""contracts.md, «At the door»: duplicates, conflicts, and the rule of a row that breaks several."""

from __future__ import annotations

from pathlib import Path

from tests.dor import Dor, Telling
from tests.leveranser import PERSONER, Leveranse

MOTSTRIDENDE = ("motstridende_duplikat", "postering_id")
UKJENT = ("ukjent_person", "person_id")


def test_a_row_that_breaks_several_rules_is_quarantined_under_the_first(dor: Dor, tmp_path: Path) -> None:
    """In the order of contracts.md; `regler` fails when a row is there twice."""
    leveranse = Leveranse(
        person=PERSONER,
        utbetaling="""
            rad              | person | postering_id | dato_postert | belop | meldekort_id
            mangler_alt      | per    |              | igår         |       | x
            ugyldig          | per    | 1            | igår         | x     |
            utenfor_maaned   | per    | 2            | 2015-05-01   | 1     |
            motstridende_a   | per    | 3            | 2015-04-01   | 1     |
            motstridende_b   | ola    | 3            | 2015-04-01   | 1     |
            ukjent           | per    | 4            | 2015-04-01   | 1     |
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "utbetaling") == {
        "mangler_alt": ("mangler_verdi", "postering_id"),
        "ugyldig": ("ugyldig_verdi", "dato_postert"),
        "utenfor_maaned": ("utenfor_maaned", "dato_postert"),
        "motstridende_a": MOTSTRIDENDE,
        "motstridende_b": MOTSTRIDENDE,
        "ukjent": UKJENT,
    }
    assert dor.telling("utbetaling") == Telling(lest=6, karantene=6)


def test_duplicates_and_conflicts(dor: Dor, tmp_path: Path) -> None:
    """Identical in every column: one is loaded, the rest counted. Different: all rows of the key are held back."""
    leveranse = Leveranse(
        person=PERSONER,
        utbetaling="""
            rad           | person | postering_id | belop  | meldekort_id
            lik_1         | ola    | 1            | 100    |
            annen         | ola    | 2            | 100    |
            lik_2         | ola    | 1            | 100.00 | null
            lik_3         | ola    | 1            | 100.0  |
            ulik_1        | ola    | 3            | 100    |
            ulik_2        | ola    | 3            | 100    | 7
            ulik_3        | ola    | 3            | 100    |
            annen_person  | ola    | 4            | 100    |
            annen_person_ | kari   | 4            | 100    |
            ukjent_lik_1  | per    | 5            | 100    |
            ukjent_lik_2  | per    | 5            | 100    |
            brutt_lik_1   | ola    | 6            | x      |
            brutt_lik_2   | ola    | 6            | x      |
            brutt_ulik_1  | ola    | 7            | x      |
            sunn_ulik_2   | ola    | 7            | 100    |
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "utbetaling") == {
        "ulik_1": MOTSTRIDENDE, "ulik_2": MOTSTRIDENDE, "ulik_3": MOTSTRIDENDE,
        "annen_person": MOTSTRIDENDE, "annen_person_": MOTSTRIDENDE,
        "ukjent_lik_1": UKJENT, "ukjent_lik_2": UKJENT,
        "brutt_lik_1": ("ugyldig_verdi", "belop"), "brutt_lik_2": ("ugyldig_verdi", "belop"),
        "brutt_ulik_1": ("ugyldig_verdi", "belop"), "sunn_ulik_2": MOTSTRIDENDE,
    }  # fmt: skip
    assert dor.telling("utbetaling") == Telling(lest=15, lastet=2, duplikat=2, karantene=11)
    assert sorted(rad["postering_id"] for rad in dor.lastet(leveranse, "utbetaling")) == [1, 2]


def test_keys_of_several_columns(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person=PERSONER,
        meldekort="""
            person | meldekort_id
            ola    | 1
            ola    | 2
        """,
        meldekort_dag="""
            rad           | meldekort_id | ukenr | dagnr | timer_arbeidet
            mandag        | 1            | 14    | 1     | 7.5
            neste_mandag  | 1            | 15    | 1     | 7.5
            mandag_2      | 2            | 14    | 1     | 7.5
            mandag_lik    | 1            | 14    | 1     | 7.5
            tirsdag       | 1            | 14    | 2     | 7.5
            tirsdag_ulik  | 1            | 14    | 2     | 0
        """,
        tiltaksdeltakelse="""
            rad         | person | tiltakdeltaker_id | er_hist | tiltakskode
            naa         | ola    | 1                 | N       | ARBTREN
            historisk   | ola    | 1                 | J       | ARBTREN
            hist_ulik   | kari   | 2                 | J       | ARBTREN
            hist_ulik_2 | kari   | 2                 | J       | VARLONTIL
        """,
        diagnose="""
            rad          | person | diagnosekode | diagnose_type | dato
            hoved        | ola    | P76          | HOVED         | 2014-01-01
            senere       | ola    | P76          | HOVED         | 2014-02-01
            bi           | ola    | P76          | BI            | 2014-01-01
            karis        | kari   | P76          | HOVED         | 2014-01-01
            hoved_igjen  | ola    | P76          | HOVED         | 2014-01-01
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    dag, deltakelse = ("motstridende_duplikat", "meldekort_id"), ("motstridende_duplikat", "tiltakdeltaker_id")
    assert dor.regler(leveranse, "meldekort_dag") == {"tirsdag": dag, "tirsdag_ulik": dag}
    assert dor.telling("meldekort_dag") == Telling(lest=6, lastet=3, duplikat=1, karantene=2)
    assert dor.regler(leveranse, "tiltaksdeltakelse") == {"hist_ulik": deltakelse, "hist_ulik_2": deltakelse}
    assert dor.telling("diagnose") == Telling(lest=5, lastet=4, duplikat=1)


def test_a_conflicting_person_is_unknown_to_the_other_extracts(dor: Dor, tmp_path: Path) -> None:
    """All rows of a conflicting key are held back, and a person that was not let in is not in the delivery."""
    leveranse = Leveranse(
        person="""
            rad         | person  | kjonn
            sunn        | ola     | M
            motsagt_1   | kari    | K
            motsagt_2   | kari    | M
            dobbel_1    | anne    | K
            dobbel_2    | anne    | K
        """,
        utbetaling="""
            rad        | person
            av_sunn    | ola
            av_motsagt | kari
            av_dobbel  | anne
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    motsagt = ("motstridende_duplikat", "person_id")
    assert dor.regler(leveranse, "person") == {"motsagt_1": motsagt, "motsagt_2": motsagt}
    assert dor.telling("person") == Telling(lest=5, lastet=2, duplikat=1, karantene=2)
    assert dor.regler(leveranse, "utbetaling") == {"av_motsagt": UKJENT}
