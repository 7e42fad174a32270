-- Grain: one row per person and month with a granted AAP vedtak or an exemption from
-- cards in delivery M.
-- Key: person_key, maaned.
-- Rule: rules.md §1, `aap_siden`, `konvertert`, `aktfase`; the exemption
-- of `meldekort_status`. `har_opphold` is what kontroll.folsomhet counts.
with
    vedtak as (
        select
            v.person_key,
            v.maaned,
            v.vedtak_id,
            v.fra_dato,
            -- An open vedtak runs until further notice.
            coalesce(v.til_dato, date '9999-12-31') as til_dato,
            v.aktfasekode,
            -- One that does not say is not converted.
            coalesce(k.ja, false) as konvertert,
            r.er_fritak,
            v.fra_dato <= last_day(v.maaned) as begynt
        from kilde.aap_vedtak v
        semi join (select unnest($maaneder) as maaned) using (maaned)
        join kodeverk.rettighet r on r.kode = v.rettighetkode
        join kodeverk.vedtaktype t on t.kode = v.vedtaktypekode
        join kodeverk.utfall u on u.kode = v.utfallkode
        join kodeverk.vedtakstatus s on s.kode = v.vedtakstatuskode
        left join kodeverk.ja_nei k on k.kode = v.konvertert
        where
            u.innvilget
            and s.besluttet
            -- rules.md names no type for the exemption; the benefit itself must
            -- be of a granting one.
            and (r.er_fritak or (r.er_aap and t.innvilger))
            -- An end before the start marks an invalidated vedtak; no start, one
            -- registered afterwards.
            and v.fra_dato is not null
            and (v.til_dato is null or v.til_dato >= v.fra_dato)
    ),
    rekke as (
        -- A gap is the days without any vedtak: those strictly between the latest end
        -- so far and the next start, so that a calendar month of 31 days is bridged
        -- (rules.md ⟂: at most 31). The first vedtak starts a chain.
        select
            *,
            fra_dato - max(til_dato) over (
                partition by person_key, maaned
                order by fra_dato
                rows between unbounded preceding and 1 preceding
            )
            - 1 as opphold
        from vedtak
        where not er_fritak
    ),
    kjede as (select *, coalesce(opphold > $opphold_dager, true) as ny_kjede from rekke),
    innvilget as (
        -- A new chain starts after every earlier end, so the last chain begun holds the
        -- latest end of all: it reaches M when that end does.
        select
            person_key,
            maaned,
            bool_or(begynt) as innvilget,
            case
                when max(til_dato) filter (where begynt) >= maaned
                then max(fra_dato) filter (where begynt and ny_kjede)
            end as aap_siden,
            max(fra_dato) filter (where begynt and opphold > 0 and not ny_kjede) as etter_opphold,
            bool_or(konvertert) as konvertert,
            arg_max_null(aktfasekode, (fra_dato, vedtak_id)) filter (
                where begynt and til_dato >= last_day(maaned)
            ) as aktfase
        from kjede
        group by person_key, maaned
    ),
    fritak as (
        select distinct person_key, maaned from vedtak where er_fritak and begynt and til_dato >= maaned
    )
select
    person_key,
    maaned,
    coalesce(i.innvilget, false) as innvilget,
    i.aap_siden::date as aap_siden,
    coalesce(i.etter_opphold > i.aap_siden, false) as har_opphold,
    coalesce(i.konvertert, false) as konvertert,
    i.aktfase::varchar as aktfase,
    f.person_key is not null as fritak_meldekort
from innvilget i
full join fritak f using (person_key, maaned)
