"""Where each staged row ends: the statements behind the door, over the temporary tables of one batch.

`inn` holds every row of the batch (staging.py) with `skjermet` (its person is sheltered) and `kjent` (its
person, or for a day its card, was let in). `avvik` is what the statements here make of it: every row that is
not loaded, with its `utfall` (skjermet, karantene, duplikat) and the rule. All rows not in it are loaded.
"""

from __future__ import annotations

from pipelines.contracts import Contract
from pipelines.identity import in_ten_percent_sample, person_key
from pipelines.staging import row_as_json

PERSONER = """create or replace temp table personer
    (maaned date, person_id bigint, person_key uuid, kjent boolean, skjermet boolean)"""
KORT = """create or replace temp table kort
    (maaned date, meldekort_id bigint, kjent boolean, skjermet boolean)"""

# A confidential address shelters the person: every person_id with the number, and every number with the
# person_id, however many steps apart.
SKJERMEDE = """create or replace temp table skjermede as
    with recursive funnet as (
        select maaned, rad, person_id, fodselsnr from inn
        semi join kodeverk.fr_kode as sperret on inn.fr_kode = sperret.kode
        union
        (
            select maaned, rad, person_id, fodselsnr from inn semi join funnet using (maaned, person_id)
            union
            select maaned, rad, person_id, fodselsnr from inn semi join funnet using (maaned, fodselsnr)
        )
    )
    select distinct maaned, rad, person_id from funnet"""
SKJERM = "update inn set skjermet = true where (maaned, rad) in (select (maaned, rad) from skjermede)"

# Two person_ids with one number are one person: a row of either is known when one of them is active.
NOTER_PERSONER = f"""insert into personer
    select maaned, person_id, nokkel, bool_or(aktiv) over (partition by maaned, nokkel), false
    from (
        select inn.maaned, inn.person_id, {person_key("inn.fodselsnr")} as nokkel, status.aktiv
        from inn
        join kodeverk.person_id_status as status on inn.person_id_status = status.kode
        anti join avvik using (maaned, rad)
    )
    union all
    select distinct maaned, person_id, null, false, true from skjermede where person_id is not null"""
NOTER_KORT = """insert into kort
    select maaned, meldekort_id, bool_or(avvik.utfall is null), bool_or(inn.skjermet)
    from inn left join avvik using (maaned, rad)
    where meldekort_id is not null
    group by maaned, meldekort_id"""


def stage(contract: Contract, rows: str) -> str:
    """SELECT of the staged rows with what is known of their person or card."""
    if contract.name == "person":
        return f"select *, null::uuid as person_key, true as kjent, false as skjermet from ({rows})"
    known = "personer" if contract.has_person else "kort"
    reference = "person_id" if contract.has_person else "meldekort_id"
    key = ", kjenning.person_key" if contract.has_person else ""
    return (
        f"select rader.*{key}, coalesce(kjenning.kjent, false) as kjent,"
        " coalesce(kjenning.skjermet, false) as skjermet"
        f" from ({rows}) as rader left join {known} as kjenning using (maaned, {reference})"
    )


def repeated(contract: Contract) -> str:
    """Rows whose key occurs again: `nummer` in file order, and whether the contents differ."""
    key = ", ".join(("maaned", *contract.key))
    present = " and ".join(f"{name} is not null" for name in contract.key)
    return f"""create or replace temp table gjentatt as
    with nokler as (select {key} from inn where not skjermet and {present} group by all having count(*) > 1),
    like_rader as (
        select maaned, rad, {", ".join(contract.key)}, coalesce(raa, {row_as_json(contract)}) as innhold
        from inn semi join nokler using ({key}) where not skjermet
    )
    select maaned, rad,
        row_number() over (partition by {key} order by rad) as nummer,
        min(innhold) over (partition by {key}) <> max(innhold) over (partition by {key}) as motstridende
    from like_rader"""


def deviations(contract: Contract) -> str:
    """Every row that is not loaded. The first rule that holds is the one a row is quarantined under."""
    unknown = "ukjent_person" if contract.has_person else "mangler_meldekort"
    reference = "person_id" if contract.has_person else "meldekort_id"
    return f"""create or replace temp table avvik as
    with brudd as (
        select maaned, rad, skjermet, coalesce(nummer, 1) as nummer,
            case
                when skjermet then null
                when feil is not null then feil
                when motstridende then {{regel: 'motstridende_duplikat', kolonne: '{contract.key[0]}'}}
                when not kjent then {{regel: '{unknown}', kolonne: '{reference}'}}
            end as feil
        from inn left join gjentatt using (maaned, rad)
        where skjermet or feil is not null or not kjent or gjentatt.rad is not null
    )
    select maaned, rad, feil.regel as regel, feil.kolonne as kolonne,
        case when skjermet then 'skjermet' when feil is not null then 'karantene' else 'duplikat' end as utfall
    from brudd
    where skjermet or feil is not null or nummer > 1"""


def quarantine(contract: Contract) -> str:
    """Insert the broken rows whole, identities replaced by HMACs. Parameter: `$versjon` of the contract."""
    return f"""insert into karantene.rader by name
    select strftime(maaned, '%Y-%m') as leveranse, '{contract.name}' as uttrekk, rad as radnummer, regel, kolonne,
        $versjon as kontrakt_versjon, coalesce(raa, {row_as_json(contract)}) as innhold
    from inn join avvik using (maaned, rad)
    where utfall = 'karantene'
    order by all"""


def load(contract: Contract) -> str:
    """Insert every row that deviates in nothing."""
    if contract.name == "person":
        return _load_person(contract)
    return f"""insert into kilde.{contract.name} by name
    select {", ".join(contract.kilde_columns())} from inn anti join avvik using (maaned, rad)"""


def _load_person(contract: Contract) -> str:
    own = [c for c in contract.kilde_columns() if c in {column.name for column in contract.columns}]
    return f"""insert into kilde.person by name
    with lastet as (
        select inn.*, {person_key("inn.fodselsnr")} as nokkel, status.aktiv
        from inn
        join kodeverk.person_id_status as status on inn.person_id_status = status.kode
        anti join avvik using (maaned, rad)
    )
    select maaned, nokkel as person_key, {", ".join(own)},
        case when aktiv
            then row_number() over (partition by maaned, nokkel, aktiv order by person_id desc)
        end as rang,
        date_trunc('month', fodselsdato)::date as fodselsmaaned,
        date_trunc('month', doed_dato)::date as doedsmaaned,
        {in_ten_percent_sample("fodselsnr")} as i_tiprosentutvalg
    from lastet
    order by maaned, person_key, rang"""
