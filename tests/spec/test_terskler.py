"""A threshold stands in one place: what is counted, described, chosen, printed and measured follows the YAML.

The oracles (oracle.py, forlop_orakel.py) have numbers of their own, read out of rules.md, and so have these tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.base.home import ROOT
from pipelines.model import derived, descriptions, sql, thresholds
from pipelines.report import choices, method
from pipelines.studies.forlop import typology
from pipelines.warehouse.fingerprints import fingerprint
from tests.kopi import again, copied
from tests.spec.historier import Forlop, historier, person_maaneder
from tests.spec.tabeller import Register, betalt

BUILT = [name for name, table in derived.tables().items() if table.built]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with copied(tmp_path, monkeypatch):
        yield tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    again()


def vedtak(register: Register) -> tuple[dict[str, str], tuple[int, int]]:
    """When each person's period began, and how many recipients have one, with any gap and with none."""
    register.fyll(
        utbetaling=betalt("p_31_dager", "p_40_dager", "p_50_dager"),
        aap_vedtak="""
            person     | fra_dato   | til_dato
            p_31_dager | 2014-01-01 | 2014-12-31
            p_31_dager | 2015-02-01 |
            p_40_dager | 2014-01-01 | 2014-12-31
            p_40_dager | 2015-02-10 |
            p_50_dager | 2014-01-01 | 2014-12-31
            p_50_dager | 2015-02-20 |
        """,
    ).klargjor()
    register.lag_tabell("kontroll.folsomhet", "kontroll/folsomhet")
    siden = {person: f"{dato:%Y-%m}" for person, dato in register.kolonne("aap_siden").items()}
    (moved,) = register.rader("select antall, antall_ellers from kontroll.folsomhet where valg = 'opphold_i_perioden'")
    return siden, (moved["antall"], moved["antall_ellers"])


def said(what: str) -> str:
    """The one choice with the words."""
    (text,) = [choice.valg for choice in choices.choices() if what in choice.valg]
    return text


def listing(name: str) -> str:
    """The lines of the appendix about a file, with its path."""
    (text,) = [one.text for one in method.statements() if one.title == sql.place(name)]
    return text


def stale_after(edit: tuple[Path, str, str]) -> set[str]:
    before = {name: fingerprint(name) for name in BUILT}
    change(*edit)
    return {name for name in BUILT if fingerprint(name) != before[name]}


def test_the_days_between_two_vedtak_are_changed_in_one_place(register: Register, checkout: Path) -> None:
    siden, moved = vedtak(register)
    assert siden == {"p_31_dager": "2014-01", "p_40_dager": "2015-02", "p_50_dager": "2015-02"}
    assert moved == (3, 2)
    register.toem()

    stale = stale_after((checkout / "sql/klargjort/vedtak_maaned.yaml", "opphold_dager: 31", "opphold_dager: 45"))
    siden, moved = vedtak(register)
    assert siden == {"p_31_dager": "2014-01", "p_40_dager": "2014-01", "p_50_dager": "2015-02"}
    assert moved == (3, 1)
    assert {"klargjort.vedtak_maaned", "klargjort.person_maaned", "kontroll.folsomhet"} <= stale
    assert "klargjort.meldekort_maaned" not in stale
    assert "inntil 45 dager" in descriptions.descriptions()["klargjort.vedtak_maaned"].columns["aap_siden"]
    assert "inntil 45 dager" in descriptions.descriptions()["klargjort.person_maaned"].columns["aap_siden"]
    assert said("AAP-perioden er") == "AAP-perioden er sammenhengende over opphold på høyst 45 dager mellom vedtak."
    assert listing("klargjort/vedtak_maaned").startswith("-- $opphold_dager = 45\n")


def test_the_months_that_end_a_spell_are_changed_in_one_place(register: Register, checkout: Path) -> None:
    months = person_maaneder(
        historier("""
            person  | maaneder
            p_en    | ...pp.pp....
            p_to    | ...pp..pp...
            p_tre   | ..ppp...pp..
            p_slutt | ...ppppppp..
        """)
    )
    choice = "Måneder regnes etter kalenderen: {} måneder på rad uten utbetaling avslutter forløpet,"
    assert spells(register, months) == {"p_en": [False], "p_to": [False] * 2, "p_tre": [False] * 2, "p_slutt": [False]}
    assert alternatives(register) == (6, 7)
    assert said("Måneder regnes").startswith(choice.format("to"))

    path = checkout / "pipelines/studies/forlop/sql/forlop.yaml"
    stale = stale_after((path, "opphold_maaneder: 2", "opphold_maaneder: 3"))
    assert spells(register, months) == {"p_en": [False], "p_to": [False], "p_tre": [False, True], "p_slutt": [True]}
    assert alternatives(register) == (5, 7)
    assert said("Måneder regnes").startswith(choice.format("tre"))
    assert "utbetaling uten utbetaling de tre foregående" in " ".join(derived.tables()["klargjort.forlop"].text.split())
    assert "panelets tre siste" in derived.tables()["klargjort.forlop"].columns["sensurert"]
    assert "panelets tre siste" in derived.tables()["statistikk.forlop_oppsummert"].columns["sensurert"]
    assert "-- $opphold_maaneder = 3\n" in listing("forlop/forlop")
    assert "-- $opphold_maaneder = 3\n" in listing("folsomhet/opphold_i_forlopet")
    assert {"klargjort.forlop", "statistikk.forlop", "kontroll.frafall"} <= stale
    assert not {"klargjort.person_maaned", "statistikk.tverrsnitt"} & stale


def spells(register: Register, months: list[dict]) -> dict[str, list[bool]]:
    """Person → whether the end of each spell is unseen."""
    found: dict[str, list[bool]] = {}
    for rad in Forlop(register.con, months).rader("klargjort.forlop"):
        found.setdefault(rad["person"], []).append(rad["sensurert"])
    return found


def alternatives(register: Register) -> tuple[int, int]:
    (row,) = sql.run(register.con, "folsomhet/opphold_i_forlopet").fetchall()
    return row[2], row[3]


def test_the_classes_of_length_follow_their_limits(register: Register, checkout: Path) -> None:
    tabeller = Forlop(register.con, person_maaneder(historier("person | maaneder\np | ..pppppp...\nq | ..ppp......")))
    assert classes(tabeller) == {"p": "1-12", "q": "1-12"}
    path = checkout / "pipelines/studies/forlop/sql/forlop_oppsummert.yaml"
    change(path, "[*forste_aar, 24, 36]", "[3, 5]")
    tabeller = Forlop(register.con, person_maaneder(historier("person | maaneder\np | ..pppppp...\nq | ..ppp......")))
    assert classes(tabeller) == {"p": "6+", "q": "1-3"}
    assert "slutter med 3 og 5 måneder" in derived.tables()["statistikk.forlop_oppsummert"].columns["lengdeklasse"]


def classes(tabeller: Forlop) -> dict[str, str]:
    return {rad["person"]: rad["lengdeklasse"] for rad in tabeller.rader("statistikk.forlop_oppsummert")}


def test_a_rule_in_python_is_of_the_table_that_defines_its_threshold(checkout: Path) -> None:
    path = checkout / "pipelines/studies/forlop/sql/forlop_type.yaml"
    stale = stale_after((path, "typologi_utvalg: 2500", "typologi_utvalg: 3000"))
    assert stale == {"klargjort.forlop_type", "statistikk.forlop_typer"}


def test_the_rules_are_those_of_the_sources() -> None:
    """rules.md says why; a change there is a change here."""
    assert sql.all_thresholds() == {
        "opphold_dager": 31,
        "uten_vedtak_antall": 20,
        "uten_vedtak_prosent": 1,
        "endring_prosent": 5,
        "opphold_maaneder": 2,
        "forste_aar": 12,
        "lengdegrenser": [12, 24, 36],
        "fulgt_maaneder": 64,
        "vanligste_lop": 20,
        "typologi_maaneder": 36,
        "typologi_minst": 200,
        "typologi_utvalg": 2500,
        "typologi_faerrest_typer": 4,
        "typologi_flest_typer": 9,
        "typisk_prosent": 25,
        "typisk_minst": 10,
    }
    assert list(typology.TYPES) == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("name", sql.all_thresholds())
def test_every_threshold_is_a_rule_of_something(name: str) -> None:
    python = (path.read_text(encoding="utf-8") for path in (ROOT / "pipelines").rglob("*.py"))
    assert any(name in sql.thresholds_of(file) for file in sql.files()) or any(f'("{name}")' in text for text in python)


def test_a_name_that_two_tables_define_is_an_error(checkout: Path) -> None:
    path = checkout / "sql/klargjort/meldekort_maaned.yaml"
    change(path, "sensitivitet: pseudonymisert", "terskler: {opphold_dager: 45}\nsensitivitet: pseudonymisert")
    with pytest.raises(ValueError, match=r"vedtak_maaned.yaml defines opphold_dager under terskler, as another file"):
        sql.all_thresholds()


def test_a_name_that_no_table_defines_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"«{opphold_uker}» is no threshold: Høyst"):
        sql.filled("Høyst {opphold_uker}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("høyst {dager} dager", "høyst 31 dager"),
        ("høyst {dager:ord} dager", "høyst 31 dager"),
        ("de {maaneder:ord} siste, {maaneder} i alt", "de to siste, 2 i alt"),
        ("av {forlop}", "av 2\u2009500"),
        ("innen {grenser}", "innen 12, 24 og 36"),
        ("{valgt} av {ellers} etter {dager}", "{valgt} av {ellers} etter 31"),
    ],
)
def test_a_text_says_the_number_as_bokmal_does(text: str, expected: str) -> None:
    known: dict[str, thresholds.Value] = {"dager": 31, "maaneder": 2, "forlop": 2500, "grenser": [12, 24, 36]}
    assert thresholds.filled(text, known, ["valgt", "ellers"]) == expected
