"""Diagnoses: the main one at entry, and for more than half a second one."""

from __future__ import annotations

import numpy as np

from pipelines.synthetic.noise import Ints
from pipelines.synthetic.tables import Column, Stage, Versions, codes, dates, day, versions
from pipelines.synthetic.world import World

SYSTEMS = ("ICPC2", "ICD10")
TYPES = ("HOVED", "BI")
# Of each system, some codes of each of `people.DIAGNOSES`.
_CODES = (
    (("P76", "P74", "P82", "P02", "P03"), ("L84", "L18", "L86", "L92", "L88"), ("N89", "N99", "N86"),
     ("K86", "K76", "K90"), ("A04", "A28"), ("T90", "D94", "R95", "X76", "S99")),
    (("F320", "F411", "F431", "F900"), ("M545", "M797", "M480"), ("G35", "G439"), ("I259", "I639"),
     ("R522", "Z733"), ("E119", "K519", "J449", "C509")),
)  # fmt: skip
NAMES = tuple(dict.fromkeys(code for system in _CODES for group in system for code in group))


def diagnose(world: World, *, clean: bool) -> Versions:
    """Rows of all persons who have a diagnosis written down at all."""
    people, noise, p = world.people, world.noise, world.parameters
    system = noise.below(p.number("diagnose.icd10"), "diagnose/verk", people.who).astype(np.int64)
    missing = noise.below(p.number("feil.uten_diagnose") * (not clean), "diagnose/mangler", people.who)
    second = noise.below(p.number("diagnose.bi"), "diagnose/bi", people.who) & ~missing
    second_group = noise.choice(p.numbers("diagnose.bigrupper"), "diagnose/bigruppe", people.who)
    before = 1 + np.floor(p.number("diagnose.dager_for") * noise.uniform("diagnose/dato", people.who)).astype(np.int64)
    written = day(people.entry).astype(np.int64) - before

    main, other = np.flatnonzero(~missing), np.flatnonzero(second)
    row = np.concatenate([main, other])
    kind = np.repeat([0, 1], [len(main), len(other)])
    group = np.concatenate([people.diagnosis[main], second_group[other]])
    code = _code(system[row], group, noise.uniform("diagnose/kode", people.who[row], kind))
    order = np.lexsort((kind, row))
    row, kind, code = row[order], kind[order], code[order]
    columns: dict[str, Column] = {
        "diagnose_kodeverk": codes(system[row], SYSTEMS),
        "diagnosekode": codes(code, NAMES),
        "diagnose_type": codes(kind, TYPES),
        "dato": dates(written[row]),
    }
    return versions(columns, row, [Stage(written[row].astype(np.int32), {})])


def _code(system: Ints, group: Ints, u: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Ints:
    code = np.zeros(len(system), dtype=np.int64)
    for s, groups in enumerate(_CODES):
        for g, options in enumerate(groups):
            at = (system == s) & (group == g)
            numbers = np.array([NAMES.index(option) for option in options])
            code[at] = numbers[np.floor(u[at] * len(options)).astype(np.int64)]
    return code
