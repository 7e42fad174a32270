"""contracts.md, «Formats to accept»: every format gives the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.dor import Dor, Telling
from tests.former import Csv, Form, Parquet
from tests.leveranser import Leveranse

FORMER: dict[str, Form] = {
    "semikolon, komma, norsk dato": Csv(),
    "med klokkeslett": Csv(dato="%d.%m.%Y 00:00:00"),
    "komma og punktum, ISO-dato": Csv(skille=",", desimal=".", dato="%Y-%m-%d", overskrift=str.lower),
    "komma med desimalkomma": Csv(skille=",", desimal=",", dato="%Y-%m-%d 00:00:00", overskrift=str.title),
    "kompakt dato, null som ord": Csv(dato="%Y%m%d", tomt="null"),
    "NULL med store bokstaver": Csv(tomt="NULL"),
    "mellomrom rundt": Csv(overskrift=lambda navn: f" {navn} ", tomt="  "),
    "UTF-8 med BOM": Csv(tegnsett="utf-8-sig"),
    "BOM og anførselstegn": Csv(tegnsett="utf-8-sig", alt_i_anforsel=True),
    "ISO-8859-1": Csv(tegnsett="latin-1"),
    "CRLF": Csv(linjeskift="\r\n"),
    "CRLF, anførselstegn": Csv(linjeskift="\r\n", alt_i_anforsel=True),
    "omvendt rekkefølge, ukjente kolonner": Csv(
        rekkefolge=lambda navn: list(reversed(navn)), ekstra={"UFØREPENLØ": "æ;ø", "": "", "rad": "1", "v_belop": "2"}
    ),
    "pakket": Csv(gz=True),
    "pakket, ISO-8859-1": Csv(gz=True, tegnsett="latin-1", linjeskift="\r\n"),
    "parquet": Parquet(),
    "parquet som tekst": Parquet(tekst=True),
    "parquet med ukjente kolonner": Parquet(
        ekstra={"filename": "x", "file_row_number": 7, "FILE_INDEX": 3, "rad": 9, "maaned": "x", "": None}
    ),
    "parquet, andre typer": Parquet(
        typer={
            "person_id": pa.decimal128(38, 10), "postering_id": pa.uint64(), "meldekort_id": pa.float64(),
            "dato_postert": pa.timestamp("ms"), "dato_periode_fra": pa.timestamp("us"), "belop": pa.float64(),
            "kjonn": pa.dictionary(pa.int32(), pa.string()), "fodselsnr": pa.large_string(),
            "aktivitettypenavn": pa.string_view(), "dato_til": pa.timestamp("ns"), "timer_arbeidet": pa.float32(),
            "ukenr": pa.int8(), "dagnr": pa.uint16(), "aar": pa.int64(), "utdanning_nivaa": pa.int64(),
            "fra_dato": pa.date64(), "reaksjon_dager": pa.decimal128(12, 2), "prosent_deltid": pa.float32(),
        }
    ),
}  # fmt: skip


MAANEDER = {navn: f"{2017 + nummer // 12}-{nummer % 12 + 1:02}" for nummer, navn in enumerate(FORMER)}


def delivery(maaned: str = "2015-04") -> Leveranse:
    """Rows with every type of value, present and missing."""
    return Leveranse(
        maaned,
        person=[{"person": "ola", "landkode_statsborger": None}, {"person": "kari", "doed_dato": "2015-04-30"}],
        utbetaling=f"""
            person | postering_id | meldekort_id | belop    | dato_periode_fra | dato_postert
            ola    | 1            | 10           | 8000.50  | 2015-03-30       | {maaned}-15
            ola    | 2            |              | -12.30   | 2015-02-28       | {maaned}-15
            kari   | 3000000000   | 11           | 7        | 2012-02-29       | {maaned}-15
        """,
        aktivitet="""
            person | aktivitettypenavn      | dato_fra   | dato_til
            ola    | Fysioterapi på sykehus |            | 2015-12-31
            kari   | "Å lese; å skrive"     | 2015-01-01 |
        """,
        aap_vedtak="""
            person | reaksjon_dager | til_dato
            ola    | 12             | 2015-05-01
            kari   |                |
        """,
        meldekort=[{"person": "ola", "meldekort_id": 5, "dato_innkommet": f"{maaned}-15"}],
        meldekort_dag="""
            meldekort_id | timer_arbeidet | status_syk
            5            | 7.5            | J
        """,
        tiltaksdeltakelse=[{"person": "ola", "prosent_deltid": "37.5"}],
    )


@pytest.fixture(scope="module")
def alle_former(tmp_path_factory: pytest.TempPathFactory) -> Dor:
    """The delivery in every format, each in a month of its own, through the door together."""
    landing = tmp_path_factory.mktemp("landing")
    for navn, form in FORMER.items():
        delivery(MAANEDER[navn]).skriv(landing, form)
    return Dor().slipp_inn(landing)


def loaded(dor: Dor, maaned: str) -> dict[str, list[str]]:
    """What was loaded of a month, as it would be of any other: the 15th stands as «den 15.»."""
    leveranse = delivery(maaned)
    i_maaneden = {dt.date.fromisoformat(f"{maaned}-01"): "den 1.", dt.date.fromisoformat(f"{maaned}-15"): "den 15."}
    return {
        navn: sorted(
            str({kolonne: i_maaneden.get(verdi, verdi) for kolonne, verdi in rad.items()})
            for rad in dor.lastet(leveranse, navn)
        )
        for navn, rader in leveranse.rader.items()
        if rader
    }


def test_values_are_what_they_say(dor: Dor, tmp_path: Path) -> None:
    leveranse = delivery()
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    rader = {rad["postering_id"]: rad for rad in dor.lastet(leveranse, "utbetaling")}
    assert str(rader[1]["belop"]) == "8000.50"
    assert str(rader[2]["belop"]) == "-12.30"
    assert rader[2]["meldekort_id"] is None
    assert rader[3000000000]["dato_periode_fra"] == dt.date(2012, 2, 29)
    aktiviteter = {rad["aktivitettypenavn"]: rad for rad in dor.lastet(leveranse, "aktivitet")}
    assert set(aktiviteter) == {"Fysioterapi på sykehus", '"Å lese; å skrive"'}
    assert aktiviteter["Fysioterapi på sykehus"]["dato_fra"] is None
    assert [(str(rad["timer_arbeidet"]), rad["status_syk"]) for rad in dor.lastet(leveranse, "meldekort_dag")] == [
        ("7.5", True)
    ]


@pytest.mark.parametrize("navn", FORMER)
def test_every_format_gives_the_same_rows(alle_former: Dor, navn: str) -> None:
    """Those of the plainest one, said value by value above."""
    rows = loaded(alle_former, MAANEDER[navn])
    assert sum(map(len, rows.values())) == 12
    assert rows == loaded(alle_former, MAANEDER["parquet"])


def test_unknown_columns_are_reported(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.skriv(tmp_path, Csv(tegnsett="latin-1", ekstra={"UFØREPENLØ": "1", "": "2", "Ekstra": "3", "ekstra": ""}))
    dor.slipp_inn(tmp_path)
    assert [rad["kolonne"] for rad in dor.rader("FROM kontroll.ekstra_kolonne WHERE uttrekk = 'person'")] == [
        "Ekstra", "UFØREPENLØ", "ekstra",
    ]  # fmt: skip


def test_the_name_of_an_unknown_column_may_hide_a_number(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    nummer = leveranse.fodselsnr["ola"]
    leveranse.skriv(
        tmp_path,
        Csv(ekstra={f"notat om {nummer}": "", f"{nummer[:6]} {nummer[6:]}": "", f"{leveranse.person_id['ola']}.0": ""}),
    )
    dor.slipp_inn(tmp_path)
    assert [rad["kolonne"] for rad in dor.rader("FROM kontroll.ekstra_kolonne WHERE uttrekk = 'person'")] == [
        "[fjernet]", "[fjernet]", "notat om [fjernet]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("skille", "ekstra"),
    [(",", {"tekst; fri": "a", "enda; en; til": "b"}), (";", {"tekst, fri": "a", "a,b,c,d,e,f,g,h,i,j,k,l,m": "b"})],
)
def test_the_other_separator_may_stand_in_a_heading(
    dor: Dor, tmp_path: Path, skille: str, ekstra: dict[str, str]
) -> None:
    leveranse = delivery()
    leveranse.skriv(tmp_path, Csv(skille=skille, ekstra=ekstra))
    dor.slipp_inn(tmp_path)
    assert dor.telling("utbetaling") == Telling(lest=3, lastet=3)


def test_open_ends(dor: Dor, tmp_path: Path) -> None:
    """All become null; 1999-12-31 only in a `til` whose `fra` is later, where it is the artefact."""
    aapne = (
        "9999-12-31", "2099-12-31", "2099-01-01", "2999-12-31", "2262-04-11", "1816-03-29", "1816-03-30", "1830-11-22",
        "1970-01-01", "1900-01-01", "1899-12-30", "1753-01-01", "1677-09-21", "0001-01-01",
    )  # fmt: skip
    planer = [
        *({"rad": f"apen {slutt}", "person": "ola", "dato_fra": "2015-01-01", "dato_til": slutt} for slutt in aapne),
        {"rad": "tom", "person": "ola", "dato_fra": "2015-01-01", "dato_til": None},
        {"rad": "artefakt", "person": "ola", "dato_fra": "2000-01-01", "dato_til": "1999-12-31"},
        {"rad": "ekte 1999", "person": "ola", "dato_fra": "1999-01-01", "dato_til": "1999-12-31"},
        {"rad": "samme dag", "person": "ola", "dato_fra": "1999-12-31", "dato_til": "1999-12-31"},
        {"rad": "dagen for", "person": "ola", "dato_fra": "2015-01-01", "dato_til": "1999-12-30"},
        {"rad": "nesten", "person": "ola", "dato_fra": "2015-01-01", "dato_til": "2079-12-31"},
        {"rad": "for sent", "person": "ola", "dato_fra": "2015-01-01", "dato_til": "2099-12-30"},
        {"rad": "for tidlig", "person": "ola", "dato_fra": "1979-12-31", "dato_til": "1979-12-31"},
        {"rad": "fra er apen", "person": "ola", "dato_fra": "9999-12-31", "dato_til": None},
        {"rad": "fra er ingen", "person": "ola", "dato_fra": "1970-01-01", "dato_til": None},
    ]
    # A state table of vedtak: `fra_dato` may be missing, and then 1999 is only a year.
    vedtak = [{"person": "ola", "fra_dato": None, "til_dato": "1999-12-31"}]
    for maaned, form in (("2015-04", Csv()), ("2015-05", Parquet())):
        leveranse = Leveranse(maaned, person=[{"person": "ola"}], aktivitetsplan=planer, aap_vedtak=vedtak)
        leveranse.skriv(tmp_path, form)
    dor.slipp_inn(tmp_path)
    for maaned in ("2015-04", "2015-05"):
        leveranse = Leveranse(maaned, person=[{"person": "ola"}], aktivitetsplan=planer, aap_vedtak=vedtak)
        rader = dor.rader(f"FROM kilde.aktivitetsplan WHERE maaned = '{maaned}-01' ORDER BY aktivitetsplan_id")
        umulig = ("utenfor_grense", "dato_fra")
        brutt = {
            "for sent": ("utenfor_grense", "dato_til"), "for tidlig": umulig, "fra er apen": umulig,
            "fra er ingen": ("mangler_verdi", "dato_fra"),
        }  # fmt: skip
        assert dor.regler(leveranse, "aktivitetsplan") == brutt
        navn = [navn for navn in leveranse.radnavn["aktivitetsplan"] if navn not in brutt]
        slutt = {navn: rad["dato_til"] for navn, rad in zip(navn, rader, strict=True)}
        assert {navn: str(dato) for navn, dato in slutt.items() if dato} == {
            "ekte 1999": "1999-12-31", "samme dag": "1999-12-31", "dagen for": "1999-12-30", "nesten": "2079-12-31",
        }  # fmt: skip
        assert str(dor.lastet(leveranse, "aap_vedtak")[0]["til_dato"]) == "1999-12-31"


DATOER = {
    "2015-04-30": True, "2015-04-30 00:00:00": True, "30.04.2015": True, "30.04.2015 00:00:00": True,
    "20150430": True, " 2015-04-30 ": True, "2015-4-30": False, "30.4.2015": False, "30.04.15": False,
    "30-04-2015": False, "30/04/2015": False, "30-APR-15": False, "2015-04-30T00:00:00": False,
    "2015-04-30 12:00:00": False, "2015-04-30 00:00": False, "2015-04-30 00:00:00.000": True,
    "2015-04-29T22:00:00Z": True, "2015-04-30 00:00:00+02:00": True, "2015-04-29 17:00:00.0-0500": True,
    "2015-04-30T00:00:00Z": False, "30.04.2015 00:00:00.0": True, "20150430.0": True, "2015-04-29 23:00:00": False,
    "20150430 00:00:00": False, "2015-02-29": False, "29.02.2015": False, "20150229": False, "31.04.2015": False,
    "00000000": False, "2015-00-10": False, "10.00.2015": False, "2015-04": False, "42124": False,
}  # fmt: skip


@pytest.mark.usefixtures("uten_grenser")
def test_dates_as_text(dor: Dor, tmp_path: Path) -> None:
    """Only the forms of the contract; anything else is another date than one thinks."""
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(aktivitet=[{"person": "ola", "rad": dato, "dato_fra": dato} for dato in DATOER])
    leveranse.fyll(aktivitet=[{"person": "ola", "dato_fra": "2015-04-30"} for _ in DATOER])
    leveranse.skriv(tmp_path, Csv(dato="%Y-%m-%d"))
    dor.slipp_inn(tmp_path)
    assert set(dor.regler(leveranse, "aktivitet")) == {dato for dato, gyldig in DATOER.items() if not gyldig}
    assert {rad["dato_fra"] for rad in dor.lastet(leveranse, "aktivitet")} == {dt.date(2015, 4, 30)}


def test_odd_values_of_typed_columns(dor: Dor, tmp_path: Path) -> None:
    """NaN is missing; what a type of the contract cannot hold does not parse, whatever Parquet can."""
    uendelig, langt_borte = 2**31 - 1, 1_500_000_000

    def column(name: str, values: Sequence[Any], type_: pa.DataType) -> dict[str, tuple[str, str]]:
        """Deliver one column as given, and say what was quarantined by row."""
        folder = tmp_path / f"{name}{type_}".replace("[", "").replace("]", "")
        leveranse = Leveranse(
            person=[{"person": "ola"}], utbetaling=[{"rad": n, "person": "ola"} for n, _ in enumerate(values, 1)]
        )
        path = leveranse.skriv(folder, Parquet()) / "utbetaling.parquet"
        table = pa.parquet.read_table(path)
        place = table.schema.get_field_index(name)
        pa.parquet.write_table(table.set_column(place, name, pa.array(values, type_)), path)
        dor.slipp_inn(folder)
        return {str(rad): funnet for rad, funnet in dor.regler(leveranse, "utbetaling").items()}

    ugyldig, mangler = "ugyldig_verdi", "mangler_verdi"
    assert column("belop", [float("nan"), float("inf"), 1.005, 0.1, -0.0], pa.float64()) == {
        "1": (mangler, "belop"), "2": (ugyldig, "belop"), "3": (ugyldig, "belop"),
    }  # fmt: skip
    assert column("belop", [Decimal("12.3450"), Decimal("12.3400"), Decimal(10**10)], pa.decimal128(20, 4)) == {
        "1": (ugyldig, "belop"), "3": (ugyldig, "belop"),
    }  # fmt: skip
    assert column("meldekort_id", [2**64 - 1, 2**63, 2**63 - 1, 0], pa.uint64()) == {
        "1": (ugyldig, "meldekort_id"), "2": (ugyldig, "meldekort_id"),
    }  # fmt: skip
    assert column("meldekort_id", [1.5, 1e30, float("nan"), 5.0], pa.float64()) == {
        "1": (ugyldig, "meldekort_id"), "2": (ugyldig, "meldekort_id"),
    }  # fmt: skip
    assert column("dato_periode_fra", [uendelig, langt_borte, -langt_borte, 16555], pa.date32()) == {
        "1": (ugyldig, "dato_periode_fra"), "2": (ugyldig, "dato_periode_fra"), "3": (ugyldig, "dato_periode_fra"),
    }  # fmt: skip
    # Midnight in Oslo is the evening before in London: a moment is a day there, whatever clock the file names.
    oslo = [dt.datetime(2015, 4, 30, 22, tzinfo=dt.UTC), dt.datetime(2015, 4, 30, 21, 59, tzinfo=dt.UTC)]
    for zone in ("Europe/Oslo", "UTC", "+02:00", "+0200", "-22:30"):
        assert column("dato_postert", oslo, pa.timestamp("us", tz=zone)) == {
            "1": ("utenfor_maaned", "dato_postert"), "2": ("klokkeslett", "dato_postert"),
        }  # fmt: skip
