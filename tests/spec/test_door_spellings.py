"""Every date, number, id and code column of every contract, in the spellings that are promised and in those that real
exports have been seen with: each is read as what it says, or the delivery is refused with the rule and the column.

Five rows of a column are written so, and the rest of the delivery is sound: a spelling that touches few rows is refused
as one that touches all. Each spelling is a delivery of its own month.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from pipelines.model.contracts import Column, contracts
from tests.dor import Dor
from tests.former import Csv, Parquet
from tests.leveranser import Leveranse
from tests.spec.nektelser import refusal

Stavemaate = Callable[[str], str]
ROWS = 5
GRUNN = {
    "person": {"doed_dato": "2015-02-15"},
    "aap_vedtak": {
        "til_dato": "2016-04-30", "vedtak_dato": "2014-04-20", "tekstvariantkode": "S_STANS",
        "reaksjon_aarsak": "MOETE", "reaksjon_dager": "12",
    },
    "utbetaling": {"meldekort_id": "17"},
    "innsatsgruppe": {"til_dato": "2016-01-31"},
    "meldekort": {"meldekort_id_relatert": "18"},
    "meldekort_dag": {
        "meldekort_id": "1", "status_arbeidsdag": "J", "status_syk": "N", "status_ferie": "N", "status_kurs": "N",
        "status_annetfravaer": "N", "timer_arbeidet": "0.5",
    },
    "tiltaksdeltakelse": {"dato_til": "2015-12-31", "dato_statusendring": "2015-01-05", "prosent_deltid": "0.5"},
    "aktivitetsplan": {"dato_til": "2015-12-31", "dato_godkjent": "2015-01-20"},
    "aktivitet": {
        "dato_fra": "2015-01-05", "dato_til": "2015-12-31", "aktivitetsplan_id": "19", "aktivitetkode": "ARBTREN",
    },
}  # fmt: skip
"""A value in every column, beside those of tests/leveranser.py; the fractions are below one."""


def datoform(form: str) -> Stavemaate:
    def stav(dato: str) -> str:
        aar, maaned, dag = dato.split("-")
        deler = {"%Y": aar, "%m": maaned, "%d": dag, "%y": aar[2:]}
        return re.sub("%[Ymdy]", lambda treff: deler[treff[0]], form)

    return stav


def i_london(dato: str) -> str:
    return dt.datetime.fromisoformat(dato).replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(dt.UTC).isoformat()


LESES: dict[str, dict[str, Stavemaate]] = {
    "dato": {
        form: datoform(form)
        for form in (
            "%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d 00:00:00", "%d.%m.%Y 00:00:00", "%Y-%m-%d 00:00:00.000",
            "%d.%m.%Y 00:00:00.0", "%Y%m%d.0", " %d.%m.%Y ",
        )
    } | {"midnatt i Oslo, sagt i London": i_london},
    "brok": {
        "0.5": str, "0,5": lambda tall: tall.replace(".", ","),
        ",5": lambda tall: tall.lstrip("0").replace(".", ","),
        ".5": lambda tall: tall.lstrip("0"), "0,500": lambda tall: tall.replace(".", ",") + "00",
        " 0.5 ": " {} ".format,
    },
    "heltall": {"7": str, "7.0": "{}.0".format, "7,0": "{},0".format, "7.00": "{}.00".format, " 7 ": " {} ".format},
    "kode med liste": {"som listen": str, "med blanke": "  {} ".format},
    "kode med form": {"som formen": str, "med blanke": "  {} ".format},
}  # fmt: skip
NEKTES: dict[str, dict[str, tuple[Stavemaate, str]]] = {
    "dato": {
        "30-APR-15": (lambda _: "30-APR-15", "ugyldig_verdi"),
        **{
            form: (datoform(form), regel)
            for form, regel in {
                "%Y-%m-%dT00:00:00": "ugyldig_verdi", "%Y-%m-%d 00:00": "ugyldig_verdi", "%d/%m/%Y": "ugyldig_verdi",
                "%d-%m-%Y": "ugyldig_verdi", "%d.%m.%y": "ugyldig_verdi", "%Y/%m/%d": "ugyldig_verdi",
                "%Y-%m-%d 23:00:00": "klokkeslett", "%d.%m.%Y 12:00:00": "klokkeslett",
                "%Y-%m-%d 22:59:59.999": "klokkeslett", "%Y-%m-%dT00:00:00Z": "klokkeslett",
            }.items()
        },
        "regnearkets dag": (lambda _: "42124", "ugyldig_verdi"), "pandas' NaT": (lambda _: "NaT", "ugyldig_verdi"),
        "aar 1066": (lambda _: "1066-10-14", "utenfor_grense"), "aar 2150": (lambda _: "2150-01-01", "utenfor_grense"),
    },
    "brok": {
        "nan": (lambda _: "nan", "ugyldig_verdi"), "1e-1": (lambda _: "5e-1", "ugyldig_verdi"),
        "+0.5": ("+{}".format, "ugyldig_verdi"), "kr 0.5": ("kr {}".format, "ugyldig_verdi"),
        "1 000,5": (lambda _: "1 000,5", "ugyldig_verdi"), "0,5-": ("{}-".format, "ugyldig_verdi"),
    },
    "heltall": {
        "nan": (lambda _: "nan", "ugyldig_verdi"), "1e3": (lambda _: "1e3", "ugyldig_verdi"),
        "1.000": (lambda _: "1.000", "ugyldig_verdi"), "1 000": (lambda _: "1 000", "ugyldig_verdi"),
        "+7": ("+{}".format, "ugyldig_verdi"), "7.5": ("{}.5".format, "ugyldig_verdi"),
        "#7": ("#{}".format, "ugyldig_verdi"),
    },
    "kode med liste": {
        "nan": (lambda _: "nan", "ukjent_kode"), "N/A": (lambda _: "N/A", "ukjent_kode"),
        "<NA>": (lambda _: "<NA>", "ukjent_kode"), "None": (lambda _: "None", "ukjent_kode"),
        "med null foran og bak": (lambda kode: f"0{kode.lower().lstrip('0')}.0", "ukjent_kode"),
    },
    "kode med form": {
        "nan": (lambda _: "nan", "feil_form"), "uten null foran": (lambda kode: kode[1:].lower(), "feil_form"),
        "med .0": ("{}.0!".format, "feil_form"), "feil tegnsett": ("{}Ã˜".format, "feil_form"),
    },
}  # fmt: skip


def slag(column: Column) -> str | None:
    """The kind of a column; None for what has rules of its own (fødselsnummer, fr_kode, names)."""
    if column.name in {"fodselsnr", "aktivitettypenavn"} or column.protects:
        return None
    if column.type == "VARCHAR":
        return "kode med liste" if column.kodeverk else "kode med form"
    return {"DATE": "dato", "BIGINT": "heltall", "INTEGER": "heltall"}.get(column.type, "brok")


def av_slag(hva: str) -> Iterator[tuple[str, Column]]:
    return ((navn, c) for navn, contract in contracts().items() for c in contract.columns if slag(c) == hva)


def leveranse(maaned: str, hva: str, stav: Stavemaate) -> Leveranse:
    """Five rows for every column of the kind, in which that column is written so."""
    ut = Leveranse(maaned, person=[{"person": "ola"}])
    ut.fyll(meldekort=[{"person": "ola", "meldekort_id": 1, "dato_innkommet": f"{maaned}-15"}])
    for uttrekk, column in av_slag(hva):
        for _ in range(ROWS):
            n = len(ut.rader[uttrekk])
            egne = {
                "person": {"person": f"p{n}"},
                "utbetaling": {"dato_postert": f"{maaned}-15"},
                "meldekort": {"dato_innkommet": f"{maaned}-15"},
                "meldekort_dag": {"ukenr": n // 7 + 1, "dagnr": n % 7 + 1},
                "diagnose": {"diagnosekode": f"P{n:02}"},
            }.get(uttrekk, {})
            hvem = {"person": "ola"} if contracts()[uttrekk].has_person else {}
            ut.fyll(**{uttrekk: [hvem | GRUNN.get(uttrekk, {}) | egne]})
            rad = ut.rader[uttrekk][-1]
            verdi = rad[column.name]
            assert verdi is not None, (uttrekk, column.name)
            rad[column.name] = stav(verdi)
    return ut


def maaneder(former: Mapping[str, object]) -> dict[str, str]:
    return {form: f"{2018 + n // 12}-{n % 12 + 1:02}" for n, form in enumerate(former)}


def innhold(dor: Dor, maaned: str, hva: str) -> dict[str, list[str]]:
    """What was loaded, with the days of the delivery's own month told by the day alone."""
    return {
        uttrekk: sorted(
            str({k: str(v).replace(f"{maaned}-", "") for k, v in rad.items()})
            for rad in dor.rader(f"FROM kilde.{uttrekk} WHERE maaned = DATE '{maaned}-01'")
        )
        for uttrekk in dict(av_slag(hva))
    }


@pytest.mark.parametrize("hva", LESES)
def test_what_is_read(dor: Dor, tmp_path: Path, hva: str) -> None:
    """Every spelling as the first one, which is the contract's own."""
    former = maaneder(LESES[hva])
    for form, maaned in former.items():
        leveranse(maaned, hva, LESES[hva][form]).skriv(tmp_path, Csv(dato="%Y-%m-%d", desimal="."))
    dor.slipp_inn(tmp_path)
    forste, *resten = former
    ventet = innhold(dor, former[forste], hva)
    for uttrekk in ventet:
        telling = dor.telling(uttrekk, former[forste])
        assert telling.lest == telling.lastet >= ROWS, uttrekk
    for form in resten:
        assert innhold(dor, former[form], hva) == ventet, form


@pytest.mark.parametrize("hva", NEKTES)
def test_what_is_refused(dor: Dor, tmp_path: Path, hva: str) -> None:
    """With the column, the rule and the number of rows, and how the values are written."""
    former = maaneder(NEKTES[hva])
    for form, maaned in former.items():
        leveranse(maaned, hva, NEKTES[hva][form][0]).skriv(tmp_path, Csv(dato="%Y-%m-%d", desimal="."))
    sagt = refusal(dor, tmp_path).splitlines()
    for form, maaned in former.items():
        for uttrekk, column in av_slag(hva):
            begynnelse = f"  {maaned}/{uttrekk}.csv, column {column.name}, rule {NEKTES[hva][form][1]}, {ROWS} rows"
            assert [linje for linje in sagt if linje.startswith(begynnelse)], (form, begynnelse)


SONER = ("Europe/Oslo", "America/New_York", "Asia/Tokyo")
KVELDEN_FOR = dt.datetime(2015, 4, 12, 22)
"""Midnight of the 13th in Oslo, by a clock in London."""


def planer(landing: Path, slutt: pa.Array) -> Path:
    """Plans of one person with the given ends, as Parquet."""
    ola = Leveranse(person=[{"person": "ola"}], aktivitetsplan=[{"person": "ola"}] * len(slutt))
    fil = ola.skriv(landing, Parquet()) / "aktivitetsplan.parquet"
    tabell = pa.parquet.read_table(fil)
    pa.parquet.write_table(tabell.set_column(tabell.schema.get_field_index("dato_til"), "dato_til", slutt), fil)
    return landing


@pytest.mark.parametrize("sone", SONER)
def test_moments_in_parquet_are_days_in_oslo_wherever_the_machine_stands(dor: Dor, tmp_path: Path, sone: str) -> None:
    dor.con.execute(f"SET TimeZone = '{sone}'")
    dor.slipp_inn(planer(tmp_path / "a", pa.array([KVELDEN_FOR] * 6, pa.timestamp("us", tz="UTC"))))
    assert {rad["dato_til"] for rad in dor.rader("FROM kilde.aktivitetsplan")} == {dt.date(2015, 4, 13)}
    for enhet in ("s", "ms", "us", "ns"):
        sagt = refusal(dor, planer(tmp_path / enhet, pa.array([KVELDEN_FOR] * 6, pa.timestamp(enhet))))
        assert sagt.strip().startswith(
            "2015-04/aktivitetsplan.parquet, column dato_til, rule klokkeslett, 6 rows, first at line 1: 6 values are"
            " written «9999-99-99 99:99:99»: these days have a time of day"
        )


def test_an_open_end_that_wrapped_in_nanoseconds_is_open(dor: Dor, tmp_path: Path) -> None:
    """9999-12-31 is more nanoseconds from 1970 than 64 bits hold, and was 1816 when it was written."""
    nanosekunder = [
        ((dt.datetime(aar, 12, 31) - dt.datetime(1970, 1, 1)).days * 86_400 * 10**9 + 2**63) % 2**64 - 2**63
        for aar in (9999, 2999, 2015)
    ]
    dor.slipp_inn(planer(tmp_path, pa.array([*nanosekunder, 2**63 - 1], pa.timestamp("ns"))))
    assert [str(rad["dato_til"]) for rad in dor.rader("FROM kilde.aktivitetsplan ORDER BY aktivitetsplan_id")] == [
        "None", "None", "2015-12-31", "None",
    ]  # fmt: skip
