"""contracts.md, «Refused delivery»: how many rows may be broken, and how they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.ingest import loading
from tests.dor import Dor, Telling
from tests.leveranser import Leveranse
from tests.spec.nektelser import refusal


def koder(kapittel: str, antall: int) -> list[str]:
    """So many diagnoses of a chapter."""
    return [f"{kapittel}{n:05}" for n in range(antall)]


@pytest.mark.parametrize(
    ("antall", "brutt", "nektes"),
    [
        (25, 20, False),  # not more than twenty, though eighty percent
        (25, 21, True),
        (2100, 21, False),  # exactly one percent
        (2099, 21, True),
        (5700, 57, False),  # where 0.01 * 5700 is not 57 in floating point
        (5700, 58, True),
    ],
)
def test_the_limits_are_twenty_rows_and_one_percent(
    dor: Dor, tmp_path: Path, antall: int, brutt: int, nektes: bool
) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(diagnose=[{"person": "ola", "diagnosekode": kode} for kode in koder("A", antall - brutt)])
    leveranse.fyll(
        diagnose=[{"person": "ola", "diagnosekode": kode, "diagnose_type": "X"} for kode in koder("B", brutt)]
    )
    leveranse.skriv(tmp_path)
    if nektes:
        assert refusal(dor, tmp_path).strip() == (
            f"2015-04/diagnose.csv, column diagnose_type, rule ukjent_kode, {brutt} rows, first at line"
            f" {antall - brutt + 2}: more rows are broken than the contract allows (20 and 1%)"
        )
    else:
        dor.slipp_inn(tmp_path)
        assert dor.telling("diagnose") == Telling(lest=antall, lastet=antall - brutt, karantene=brutt)


def test_rules_are_counted_together_and_named_one_by_one(dor: Dor, tmp_path: Path) -> None:
    """Of two deliveries at once, too; what is sheltered or a duplicate is not broken."""
    for maaned, brutt in (("2015-04", 11), ("2015-05", 10)):
        leveranse = Leveranse(maaned, person=[{"person": "ola"}, {"person": "kari", "fr_kode": "6"}])
        leveranse.fyll(
            diagnose=[{"person": "ola", "diagnosekode": kode, "diagnose_type": "X"} for kode in koder("A", 10)]
        )
        leveranse.fyll(diagnose=[{"person": "per", "diagnosekode": kode} for kode in koder("B", brutt)])
        leveranse.fyll(
            diagnose=[{"person": "kari", "diagnosekode": kode, "diagnose_type": "X"} for kode in koder("C", 30)]
        )
        leveranse.fyll(diagnose=[{"person": "ola"}] * 30)
        leveranse.skriv(tmp_path)
    assert [line.strip().partition(": ")[0] for line in refusal(dor, tmp_path).splitlines()] == [
        "2015-04/diagnose.csv, column diagnose_type, rule ukjent_kode, 10 rows, first at line 2",
        "2015-04/diagnose.csv, column person_id, rule ukjent_person, 11 rows, first at line 12",
    ]


@pytest.mark.parametrize("personer", [1, 1000], ids=["en_maaned_om_gangen", "alle_maaneder_sammen"])
def test_every_refused_month_is_named_however_many_are_let_in_together(
    dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, personer: int
) -> None:
    monkeypatch.setattr(loading, "PERSONS_AT_A_TIME", personer)
    for maaned, kode in (("2015-04", "X"), ("2015-05", "HOVED"), ("2015-06", "X")):
        leveranse = Leveranse(maaned, person=[{"person": "ola"}])
        leveranse.fyll(
            diagnose=[{"person": "ola", "diagnosekode": diagnose, "diagnose_type": kode} for diagnose in koder("P", 21)]
        )
        leveranse.skriv(tmp_path)
    assert [line.strip().partition(",")[0] for line in refusal(dor, tmp_path).splitlines()] == [
        "2015-04/diagnose.csv",
        "2015-06/diagnose.csv",
    ]
    assert dor.rader("FROM kilde.diagnose") == []


def test_what_follows_from_refused_persons_and_cards_is_not_told_again(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person=[{"person": f"p{n}", "kjonn": "X"} for n in range(25)],
        utbetaling=[{"person": f"p{n}"} for n in range(25)],
        meldekort=[{"person": f"p{n}", "meldekort_id": n} for n in range(25)],
        meldekort_dag=[{"meldekort_id": n} for n in range(25)],
    )
    leveranse.skriv(tmp_path)
    assert [line.strip().partition(": ")[0] for line in refusal(dor, tmp_path).splitlines()] == [
        "2015-04/person.csv, column kjonn, rule ukjent_kode, 25 rows, first at line 2"
    ]


UDATOER = ("i går", "Ukjent", "?", "snart nok", "2015", "04/2015")
"""Six values that are no dates, no two of them written alike."""


def aktiviteter(fra: Sequence[str], sunne: int) -> Leveranse:
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(aktivitet=[{"person": "ola", "dato_fra": dato} for dato in (*fra, *["2015-01-01"] * sunne)])
    return leveranse.fyll(aktivitet=[{"person": "ola", "dato_fra": None}] * 20)


def test_a_column_that_mostly_does_not_parse(dor: Dor, tmp_path: Path) -> None:
    """Refused below the limits too, for then it is another format; five values at least, since one is only a slip."""
    aktiviteter(UDATOER[:4], 0).skriv(tmp_path / "a")
    dor.slipp_inn(tmp_path / "a")
    aktiviteter(UDATOER[:5], 5).skriv(tmp_path / "b")
    dor.slipp_inn(tmp_path / "b")
    assert dor.telling("aktivitet") == Telling(lest=30, lastet=25, karantene=5)
    aktiviteter(UDATOER, 5).skriv(tmp_path / "c")
    assert refusal(dor, tmp_path / "c").strip() == (
        "2015-04/aktivitet.csv, column dato_fra, rule ugyldig_verdi, 6 rows, first at line 2:"
        " most values of the column do not parse"
    )


def test_values_that_are_written_in_one_way_nobody_promised(dor: Dor, tmp_path: Path) -> None:
    """Five alike are no slips, however few they are among the others: all who are written so would be lost. Days are
    alike with one digit or two, and days that no calendar has are only slips."""
    aktiviteter(["30-APR-15"] * 4, 900).skriv(tmp_path / "a")
    dor.slipp_inn(tmp_path / "a")
    assert dor.telling("aktivitet") == Telling(lest=924, lastet=920, karantene=4)
    aktiviteter(["1-APR-15", *["30-APR-15"] * 4], 900).skriv(tmp_path / "b")
    assert refusal(dor, tmp_path / "b").strip() == (
        "2015-04/aktivitet.csv, column dato_fra, rule ugyldig_verdi, 5 rows, first at line 2:"
        " 5 values are written «9-AAA-99»: no form of the contract is written so"
    )
    aktiviteter(["2015-04-31"] * 5, 900).skriv(tmp_path / "c")
    dor.slipp_inn(tmp_path / "c")
    assert dor.telling("aktivitet") == Telling(lest=925, lastet=920, karantene=5)


def test_open_ends_parse(dor: Dor, tmp_path: Path) -> None:
    """They become null, but a column of them is not one that does not parse."""
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(aktivitetsplan=[{"person": "ola", "dato_til": "9999-12-31"}] * 6)
    leveranse.fyll(aktivitetsplan=[{"person": "ola", "dato_til": dato} for dato in UDATOER[:5]])
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("aktivitetsplan") == Telling(lest=11, lastet=6, karantene=5)


def test_the_line_of_a_row_counts_the_lines_inside_values(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(aktivitet=[{"person": "ola", "aktivitettypenavn": "en\nto\r\ntre"}] * 30)
    leveranse.fyll(aktivitet=[{"person": "ola", "aktivitetstatuskode": "X"}] * 30)
    leveranse.skriv(tmp_path)
    assert "30 rows, first at line 92:" in refusal(dor, tmp_path)
