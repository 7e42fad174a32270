"""Numbers of the synthetic kind (month + 80), which belong to nobody; check digits by arithmetic, none written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

VEKTER_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
VEKTER_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def kontrollsifre(ni: str) -> str | None:
    """The two check digits of the first nine, modulo 11; None where one of them would be ten."""
    forste = -sum(int(siffer) * vekt for siffer, vekt in zip(ni, VEKTER_1, strict=True)) % 11
    andre = -sum(int(siffer) * vekt for siffer, vekt in zip(f"{ni}{forste}"[:10], VEKTER_2, strict=True)) % 11
    return None if 10 in (forste, andre) else f"{forste}{andre}"


def fodselsnumre(
    dag: int = 1, maaned: int = 1, aar: int = 80, *, pluss_dag: int = 0, pluss_maaned: int = 80
) -> Iterator[str]:
    """The valid numbers of one day of birth, in order of individnummer. D-numbers have `pluss_dag` 40."""
    for individnummer in range(1000):
        ni = f"{dag + pluss_dag:02}{maaned + pluss_maaned:02}{aar:02}{individnummer:03}"
        sifre = kontrollsifre(ni)
        if sifre:
            yield ni + sifre


def fodselsnummer(dag: int = 1, maaned: int = 1, aar: int = 80, *, pluss_dag: int = 0, pluss_maaned: int = 80) -> str:
    """The first valid number of a day of birth."""
    return next(fodselsnumre(dag, maaned, aar, pluss_dag=pluss_dag, pluss_maaned=pluss_maaned))


def med_galt_siffer(nummer: str, plass: int = 10) -> str:
    """The number with one digit changed; a change of one digit never leaves both check digits right."""
    return nummer[:plass] + str((int(nummer[plass]) + 1) % 10) + nummer[plass + 1 :]


def nytt_nummer(nummer: str, avvik: int) -> str | None:
    """Of the kind that is given out from 2032: the first check digit is `avvik` higher than it was to be, the second
    is right. None where there is none."""
    forste = int(nummer[9]) + avvik
    andre = -sum(int(siffer) * vekt for siffer, vekt in zip(f"{nummer[:9]}{forste}"[:10], VEKTER_2, strict=True)) % 11
    if forste > 9 or andre > 9:
        return None
    return f"{nummer[:9]}{forste}{andre}"


NYE_NUMRE = dt.date(2032, 1, 1)


def er_gyldig(nummer: str, maaned: dt.date = dt.date(2015, 4, 1)) -> bool:
    """contracts.md, «Identity», read in plain Python: whether the number may be in the delivery of the month."""
    if len(nummer) != 11 or not nummer.isascii() or not nummer.isdigit():
        return False
    dag, maaneden = int(nummer[:2]), int(nummer[2:4])
    dager = (*range(1, 32), *range(41, 72))
    maaneder = (*range(1, 13), *range(41, 53), *range(81, 93))
    rester = [
        sum(int(siffer) * vekt for siffer, vekt in zip(nummer, (*vekter, 1), strict=False)) % 11
        for vekter in (VEKTER_1, VEKTER_2)
    ]
    return dag in dager and maaneden in maaneder and rester[0] <= (3 if maaned >= NYE_NUMRE else 0) and rester[1] == 0
