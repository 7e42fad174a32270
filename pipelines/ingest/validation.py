"""Where each row ends: the statements behind the door, over the rows of one batch.

`rows` is the batch (staging.py), a subquery over parquet files, or the temporary table of files that cost too much to
read again (CSV). What is known of a row's person, or of a day's card, is joined only where it is asked for: `skjermet`
(the person is sheltered) and `kjent` (it was let in). What is made of the batch is small when little is wrong:
`mulige`, the rows there may be something to say of, found in one reading, and of them `avvik`, every row that is not
loaded, with its `utfall` (skjermet, karantene, duplikat), the rule, and the row itself as it goes to quarantine. All
rows not in it are loaded.
"""

from __future__ import annotations

from pipelines.ingest.identity import in_ten_percent_sample, person_key, valid_from
from pipelines.ingest.spelling import form_of, shape
from pipelines.ingest.staging import FAULT, row_as_json
from pipelines.model.contracts import Column, Contract

TEMPORARY = ("numre", "rader", "trange", "mulige", "avvik", "skjermede", "personer", "skjermede_kort")

PERSONER = """create or replace temp table personer
    (maaned date, person_id bigint, person_key uuid, rang integer, kjent boolean, skjermet boolean)"""
SKJERMEDE_KORT = "create or replace temp table skjermede_kort (maaned date, gruppe bigint)"
NOTER_SKJERMEDE_KORT = """insert into skjermede_kort
    select distinct maaned, meldekort_id from mulige where skjermet and meldekort_id is not null"""

# A confidential address shelters the person, and so does anything else that stands there (`6.0`, `SPSF`), but a code of
# which the list says that it does not: every person_id with the number, and every number with the person_id, however
# many steps apart.
SKJERMEDE = """create or replace temp table skjermede as
    with recursive funnet as (
        select maaned, rad, person_id, fodselsnr from rader
        anti join (from kodeverk.fr_kode where not skjermet) as apen on rader.fr_kode = apen.kode
        where fr_kode is not null
        union
        (
            select maaned, rad, person_id, fodselsnr from rader semi join funnet using (maaned, person_id)
            union
            select maaned, rad, person_id, fodselsnr from rader semi join funnet using (maaned, fodselsnr)
        )
    )
    select distinct maaned, rad, person_id from funnet"""
SKJERM = "update rader set skjermet = true where rad in (select rad from skjermede)"
UKJENTE_SKJERMINGER = f"""insert into kontroll.skjermingsform by name
    select strftime(maaned, '%Y-%m') as leveranse, 'fr_kode' as kolonne, {shape("fr_kode")} as form, count(*) as antall,
        min(rad & $radmaske) as forste_rad
    from rader
    anti join kodeverk.fr_kode as kjent on rader.fr_kode = kjent.kode
    where fr_kode is not null
    group by all order by all"""


def note_numbers(texts: str) -> str:
    """Every number among `texts` (a SELECT of one column): a number comes again every month, and is tested and made
    a pseudonym once."""
    return f"""create or replace temp table numre as
    select fodselsnr, {valid_from("fodselsnr")} as gyldig_fra, {person_key("fodselsnr")} as person_key
    from (select distinct * from ({texts}) as lest(fodselsnr) where fodselsnr is not null)"""


# Two person_ids with one number are one person: a row of either is known when one of them is active, and the highest
# of the active ones has rank 1.
NOTER_PERSONER = """insert into personer
    select maaned, person_id, nokkel, case when aktiv then row_number() over om_en end, first(aktiv) over om_en, false
    from (
        select rader.maaned, rader.person_id, numre.person_key as nokkel, status.aktiv
        from rader
        join numre using (fodselsnr)
        join kodeverk.person_id_status as status on rader.person_id_status = status.kode
        anti join avvik using (rad)
    )
    window om_en as (partition by maaned, nokkel order by aktiv desc, person_id desc)
    union all
    select distinct maaned, person_id, null, null, false, true from skjermede where person_id is not null"""


def crowded(contract: Contract, rows: str) -> str:
    """`trange`: groups of neighbouring keys in which one may occur more than once; of days also every card that was not
    simply let in.

    A card has ten or fourteen days: what there is to say of it is asked once, and few cards are left to hold every
    day against.
    """
    if contract.has_person:
        present = " and ".join(f"{name} is not null" for name in contract.key)
        return f"""create or replace temp table trange as
        select maaned, gruppe, true as trang from ({_groups(contract, rows, present)}) where trang"""
    # A day that lacks its week is its card's all the same, and its card's person may be sheltered.
    return f"""create or replace temp table trange as
    select maaned, gruppe, trang is not false as trang,
        sluppet_inn.gruppe is not null as kjent, skjermede_kort.gruppe is not null as skjermet
    from ({_groups(contract, rows, "meldekort_id is not null")})
    left join (from kilde.meldekort select maaned, meldekort_id as gruppe where maaned between $fra and $til)
        as sluppet_inn using (maaned, gruppe)
    left join skjermede_kort using (maaned, gruppe)
    where trang is not false or not kjent or skjermet"""


def possible(contract: Contract, rows: str) -> str:
    """`mulige`: sheltered and broken rows, those whose person or card is not known, and those whose key may occur more
    than once, a few innocent ones among these."""
    return f"""create or replace temp table mulige as
    select * from {_known(contract, rows)} where skjermet or feil is not null or not kjent or trang"""


def _known(contract: Contract, rows: str) -> str:
    """Subquery of the rows with `trang` and what is known of their person or card, `kjent` and `skjermet`."""
    group, _ = _neighbours(contract)
    joins = f"{_join_person(contract)} left join trange on trange.maaned = lest.maaned and trange.gruppe = {group}"
    known = {"trang": "coalesce(trange.trang, false)"}
    if contract.name != "person":
        # A card of which there is nothing to say was let in.
        noted, otherwise = ("kjenning", "false") if contract.has_person else ("trange", "true")
        known["kjent"] = f"coalesce({noted}.kjent, {otherwise})"
        known["skjermet"] = f"coalesce({noted}.skjermet, false)"
    said = ", ".join(f"{value} as {name}" for name, value in known.items())
    return f"(select lest.*, {said} from {rows} as lest {joins})"


def _join_person(contract: Contract) -> str:
    """SQL: a join that gives person_key, and what is known of the person; nothing of a day, which has none."""
    persons = "(from personer where maaned between $fra and $til) as kjenning"
    return f"left join {persons} using (maaned, person_id)" if contract.has_person else ""


def deviations(contract: Contract, codes: dict[str, list[str]]) -> str:
    """`avvik`: every row that is not loaded. The first rule that holds is the one a row is quarantined under.

    Of rows with one key, `nummer` is their order in the file, and in conflict are those whose contents differ.
    """
    unknown = "ukjent_person" if contract.has_person else "mangler_meldekort"
    conflict = FAULT.format("motstridende_duplikat", contract.key[0], "null::varchar")
    stranger = FAULT.format(unknown, _reference(contract), "null::varchar")
    present = " and ".join(f"{name} is not null" for name in contract.key)
    key = ", ".join(("maaned", *contract.key))
    return f"""create or replace temp table avvik as
    with like_nokler as (
        select maaned, {", ".join(contract.key)}, rad, coalesce(raa, {row_as_json(contract)}) as innhold
        from mulige
        where trang and not skjermet and {present}
        qualify count(*) over (partition by {key}) > 1
    ),
    gjentatt as (
        select rad, row_number() over (partition by {key} order by rad) as nummer,
            min(innhold) over (partition by {key}) <> max(innhold) over (partition by {key}) as motstridende
        from like_nokler
    ),
    brudd as (
        select mulige.*, nummer,
            case
                when skjermet then null
                when feil is not null then feil
                when motstridende then {conflict}
                when not kjent then {stranger}
            end as brutt_regel
        from mulige left join gjentatt using (rad)
    )
    select maaned, rad, brutt, brutt_regel.regel as regel, brutt_regel.kolonne as kolonne,
        {form_of(contract, codes)} as form,
        case when skjermet then 'skjermet' when brutt_regel is not null then 'karantene' else 'duplikat' end as utfall,
        case when brutt_regel is not null then coalesce(raa, {row_as_json(contract)}) end as innhold
    from brudd
    where skjermet or brutt_regel is not null or nummer > 1"""


def _groups(contract: Contract, rows: str, present: str) -> str:
    """Groups of neighbouring keys, and whether one of them has more rows than places that are taken (`trang`).

    Keys are not grouped one by one: each takes a place in a group of neighbours (the days of a card, ids that follow
    one another), and one bit is set for each place that is taken. Two rows of one key share a bit, so none is missed.
    """
    group, place = _neighbours(contract)
    return f"""select maaned, {group} as gruppe, count(*) > bit_count(bit_or(1::bigint << ({place}))) as trang
        from {rows} as lest where {present}
        group by all"""


def _neighbours(contract: Contract) -> tuple[str, str]:
    """SQL: the group of a key, and its place in it, 0–31."""
    first, *rest = (c for c in contract.columns if c.key)
    if first.type == "BIGINT" and not rest:
        return f"{first.name} >> 5", f"{first.name} & 31"
    if all(column.maximum is not None for column in rest):
        return first.name, f"({_place(rest)}) & 31"
    return f"hash({', '.join(contract.key)})", "0"


def _place(columns: list[Column]) -> str:
    """A number for the combination of small numbers: bits of one after bits of the other."""
    place = "0"
    for column in columns:
        most = column.maximum if isinstance(column.maximum, int) else 0
        place = f"({place}) * {1 << most.bit_length()} + {column.name}::bigint"
    return place


def quarantine(contract: Contract) -> str:
    """Insert the broken rows whole, identities replaced by HMACs. Parameter: `$versjon` of the contract."""
    return f"""insert into karantene.rader by name
    select strftime(maaned, '%Y-%m') as leveranse, '{contract.name}' as uttrekk, rad & $radmaske as radnummer,
        regel, kolonne, $versjon as kontrakt_versjon, innhold
    from avvik
    where utfall = 'karantene'
    order by all"""


def load(contract: Contract, rows: str) -> str:
    """Insert every row that deviates in nothing."""
    if contract.name == "person":
        return _load_person(contract)
    columns = ", ".join(_stored(contract))
    return f"""insert into kilde.{contract.name} by name
    select {columns} from {rows} as lest anti join avvik using (rad) {_join_person(contract)}"""


def _stored(contract: Contract) -> list[str]:
    """A yes or no of which there are tens of millions is stored as one: a third of the time as text takes."""
    flags = {c.name for c in contract.columns if c.stored_as == "BOOLEAN"}
    return [f"{name} = 'J' as {name}" if name in flags else name for name in contract.kilde_columns()]


def _load_person(contract: Contract) -> str:
    own = [c for c in contract.kilde_columns() if c in {column.name for column in contract.columns}]
    return f"""insert into kilde.person by name
    select maaned, person_key, rang, {", ".join(own)},
        date_trunc('month', fodselsdato)::date as fodselsmaaned,
        date_trunc('month', doed_dato)::date as doedsmaaned,
        {in_ten_percent_sample("fodselsnr")} as i_tiprosentutvalg
    from rader
    anti join avvik using (rad)
    join personer using (maaned, person_id)"""


def _reference(contract: Contract) -> str:
    """The column that says whose the row is."""
    return "person_id" if contract.has_person else "meldekort_id"
