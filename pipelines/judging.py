"""Where each row ends: the statements behind the door, over the rows of one batch.

`rows` is the batch (staging.py): `rows(keep)` is a subquery of the rows that `keep` leaves, over parquet files, or over
the temporary table of files that cost too much to read again (CSV). What is known of a row's person, or of a day's
card, is joined only where it is asked for: `skjermet` (the person is sheltered) and `kjent` (it was let in). What is
made of the batch is small: `avvik`, every row that is not loaded, with its `utfall` (skjermet, karantene, duplikat),
the rule, and the row itself as it goes to quarantine. All rows not in it are loaded.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.contracts import Column, Contract
from pipelines.identity import in_ten_percent_sample, is_valid, person_key
from pipelines.staging import row_as_json

Rows = Callable[[str], str]

TEMPORARY = ("numre", "rader", "gjentatt", "avvik", "skjermede", "personer", "kort", "merkede_kort")

PERSONER = """create or replace temp table personer
    (maaned date, person_id bigint, person_key uuid, rang integer, kjent boolean, skjermet boolean)"""
KORT = """create or replace temp table kort
    (maaned date, meldekort_id bigint, kjent boolean, skjermet boolean)"""

# A confidential address shelters the person: every person_id with the number, and every number with the
# person_id, however many steps apart.
SKJERMEDE = """create or replace temp table skjermede as
    with recursive funnet as (
        select maaned, rad, person_id, fodselsnr from rader
        semi join (from kodeverk.fr_kode where skjermet) as sperret on rader.fr_kode = sperret.kode
        union
        (
            select maaned, rad, person_id, fodselsnr from rader semi join funnet using (maaned, person_id)
            union
            select maaned, rad, person_id, fodselsnr from rader semi join funnet using (maaned, fodselsnr)
        )
    )
    select distinct maaned, rad, person_id from funnet"""
SKJERM = "update rader set skjermet = true where rad in (select rad from skjermede)"


def note_numbers(texts: str) -> str:
    """Every number among `texts` (a SELECT of one column): a number comes again every month, and is tested and made
    a pseudonym once."""
    return f"""create or replace temp table numre as
    select fodselsnr, {is_valid("fodselsnr")} as gyldig, {person_key("fodselsnr")} as person_key
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


def known(contract: Contract, rows: str) -> str:
    """Subquery of the rows with what is known of their person or card: person_key, `kjent`, `skjermet`."""
    if contract.name == "person":
        return rows
    if contract.has_person:
        key, noted, otherwise = ", kjenning.person_key", "(from personer where maaned between $fra and $til)", "false"
    else:
        key, noted, otherwise = "", "merkede_kort", "true"
    return (
        f"(select lest.*{key}, coalesce(kjenning.kjent, {otherwise}) as kjent,"
        " coalesce(kjenning.skjermet, false) as skjermet"
        f" from {rows} as lest left join {noted} as kjenning using (maaned, {_reference(contract)}))"
    )


def mark_cards(contract: Contract, rows: Rows) -> str:
    """The cards that the batch's days name and that were not simply let in, or have a day more than once (`trang`).

    A card has ten or fourteen days: what there is to say of it is asked once, and few cards are left to hold every
    day against.
    """
    # A day that lacks its week is its card's all the same, and its card's person may be sheltered.
    cards = _groups(contract, rows, "meldekort_id is not null")
    return f"""create or replace temp table merkede_kort as
    select navngitt.maaned, navngitt.gruppe as meldekort_id, navngitt.trang,
        coalesce(kort.kjent, false) as kjent, coalesce(kort.skjermet, false) as skjermet
    from ({cards}) as navngitt
    left join (from kort where maaned between $fra and $til) as kort
        on kort.maaned = navngitt.maaned and kort.meldekort_id = navngitt.gruppe
    where navngitt.trang is not false or kort.skjermet or kort.kjent is not true"""


def note_cards(contract: Contract, rows: Rows) -> str:
    """Insert the batch's cards: let in or not, and whether their person is sheltered."""
    return f"""insert into kort
    select lest.maaned, meldekort_id, bool_or(avvik.utfall is null), bool_or(lest.skjermet)
    from {known(contract, rows(""))} as lest left join avvik using (rad)
    where meldekort_id is not null
    group by all"""


def repeated(contract: Contract, rows: Rows) -> str:
    """Rows whose key occurs again: `nummer` in file order, and whether the contents differ."""
    key = ", ".join(("maaned", *contract.key))
    return f"""create or replace temp table gjentatt as
    with suspekte as materialized ({_suspects(contract, rows)}),
    like_nokler as (
        select * from {known(contract, "suspekte")}
        where not skjermet
        qualify count(*) over (partition by {key}) > 1
    ),
    like_rader as (select *, coalesce(raa, {row_as_json(contract)}) as innhold from like_nokler)
    select maaned, rad, feil, brutt, kjent, innhold,
        row_number() over (partition by {key} order by rad) as nummer,
        min(innhold) over (partition by {key}) <> max(innhold) over (partition by {key}) as motstridende
    from like_rader"""


def _suspects(contract: Contract, rows: Rows) -> str:
    """Rows whose key may occur more than once; sheltered rows and a few innocent ones are still among them."""
    present = " and ".join(f"{name} is not null" for name in contract.key)
    if contract.has_person:
        crowded = f"select maaned, gruppe from ({_groups(contract, rows, present)}) where trang"
    else:
        crowded = "select maaned, meldekort_id as gruppe from merkede_kort where trang is not false"
    mine, _ = _neighbours(contract)
    return f"""select * from {
        rows(f"semi join ({crowded}) as trangt on lest.maaned = trangt.maaned and {mine} = gruppe where {present}")
    }"""


def _groups(contract: Contract, rows: Rows, present: str) -> str:
    """Groups of neighbouring keys, and whether one of them has more rows than places that are taken (`trang`).

    Keys are not grouped one by one: each takes a place in a group of neighbours (the days of a card, ids that follow
    one another), and one bit is set for each place that is taken. Two rows of one key share a bit, so none is missed.
    """
    group, place = _neighbours(contract)
    return f"""select maaned, {group} as gruppe, count(*) > bit_count(bit_or(1::bigint << ({place}))) as trang
        from {rows("")} as lest where {present}
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
        place = f"({place}) * {1 << int(column.maximum or 0).bit_length()} + {column.name}::bigint"
    return place


def deviations(contract: Contract, rows: Rows) -> str:
    """Every row that is not loaded. The first rule that holds is the one a row is quarantined under."""
    unknown = "ukjent_person" if contract.has_person else "mangler_meldekort"
    return f"""create or replace temp table avvik as
    with brudd as (
        select maaned, rad, brutt, skjermet, 1 as nummer,
            case
                when skjermet then null
                when feil is not null then feil
                else {{regel: '{unknown}', kolonne: '{_reference(contract)}'}}
            end as feil,
            case when not skjermet then coalesce(raa, {row_as_json(contract)}) end as innhold
        from {known(contract, rows(""))} anti join gjentatt using (rad)
        where skjermet or feil is not null or not kjent
        union all by name
        select maaned, rad, brutt, false as skjermet, nummer, innhold,
            case
                when feil is not null then feil
                when motstridende then {{regel: 'motstridende_duplikat', kolonne: '{contract.key[0]}'}}
                when not kjent then {{regel: '{unknown}', kolonne: '{_reference(contract)}'}}
            end as feil
        from gjentatt
    )
    select maaned, rad, brutt, feil.regel as regel, feil.kolonne as kolonne,
        case when skjermet then 'skjermet' when feil is not null then 'karantene' else 'duplikat' end as utfall,
        case when feil is not null then innhold end as innhold
    from brudd
    where skjermet or feil is not null or nummer > 1"""


def quarantine(contract: Contract) -> str:
    """Insert the broken rows whole, identities replaced by HMACs. Parameter: `$versjon` of the contract."""
    return f"""insert into karantene.rader by name
    select strftime(maaned, '%Y-%m') as leveranse, '{contract.name}' as uttrekk, rad & $radmaske as radnummer,
        regel, kolonne, $versjon as kontrakt_versjon, innhold
    from avvik
    where utfall = 'karantene'
    order by all"""


def load(contract: Contract, rows: Rows) -> str:
    """Insert every row that deviates in nothing."""
    if contract.name == "person":
        return _load_person(contract)
    columns = ", ".join(_stored(contract))
    source = known(contract, rows("")) if contract.has_person else rows("")
    kept = f"{source} anti join avvik using (rad)"
    return f"insert into kilde.{contract.name} by name select {columns} from {kept}"


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
