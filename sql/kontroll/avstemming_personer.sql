-- Grain: a published number and a reading of it that counts the persons (or vedtak) of
-- a whole period, each once.
-- Key: id, lesning.
-- Rule: studies.md §7. `konvertert`: of those with a spell in the period. `avgang`: a
-- spell ended in it, with no payment in the two months after. `reaksjon_en_dag`: decided
-- vedtak of the period that take one day (§ 11-9).
-- ⟂ `over_48_maaneder`, on exception from the longest period: paid in a month of the
-- period, and by then with a running vedtak in more than 48 months, gaps taken out.
-- ⟂ `fortsatt_etter_24_maaneder`: of those not converted whose first spell began in
-- the period, also in the scheme's first two months, who are in a spell in the 24th
-- month after.
with
    onsket as (
        select id, lesning, mal, fra, til, nevner > 0 as er_andel from kobling where storrelse = 'personer'
    ),
    forste as (
        select person_key, min(start) as start, min(start) + interval 24 month as senere
        from klargjort.forlop
        group by person_key
        having not bool_or(konvertert)
    ),
    betalt as (
        select onsket.id, onsket.lesning, person_maaned.person_key, max(person_maaned.maaned) as siste
        from onsket
        join
            klargjort.person_maaned
            on person_maaned.maaned between onsket.fra and onsket.til
            and person_maaned.mottaker
        where onsket.mal = 'over_48_maaneder'
        group by onsket.id, onsket.lesning, person_maaned.person_key
    ),
    lenge as (
        select betalt.id, betalt.lesning, betalt.person_key
        from betalt
        join
            klargjort.person_maaned
            on person_maaned.person_key = betalt.person_key
            and person_maaned.maaned <= betalt.siste
            and person_maaned.aap_siden is not null
        group by betalt.id, betalt.lesning, betalt.person_key
        having count(*) > 48
    ),
    talt as (
        select
            onsket.id,
            onsket.lesning,
            count(distinct forlop.person_key) filter (where forlop.konvertert) as teller,
            count(distinct forlop.person_key) as nevner
        from onsket
        left join klargjort.forlop on forlop.start <= onsket.til and forlop.slutt >= onsket.fra
        where onsket.mal = 'konvertert'
        group by onsket.id, onsket.lesning
        union all
        select onsket.id, onsket.lesning, count(distinct forlop.person_key) as teller, 0 as nevner
        from onsket
        left join klargjort.forlop on forlop.slutt between onsket.fra and onsket.til and not forlop.sensurert
        where onsket.mal = 'avgang'
        group by onsket.id, onsket.lesning
        union all
        select
            onsket.id,
            onsket.lesning,
            count(distinct forlop.person_key) as teller,
            count(distinct forste.person_key) as nevner
        from onsket
        left join forste on forste.start between onsket.fra and onsket.til
        left join
            klargjort.forlop
            on forlop.person_key = forste.person_key
            and forste.senere between forlop.start and forlop.slutt
        where onsket.mal = 'fortsatt_etter_24_maaneder'
        group by onsket.id, onsket.lesning
        union all
        select onsket.id, onsket.lesning, count(lenge.person_key) as teller, 0 as nevner
        from onsket
        left join lenge using (id, lesning)
        where onsket.mal = 'over_48_maaneder'
        group by onsket.id, onsket.lesning
        union all
        select onsket.id, onsket.lesning, count(distinct vedtak.vedtak_id) as teller, 0 as nevner
        from onsket
        left join
            (
                select aap_vedtak.vedtak_id, aap_vedtak.maaned, aap_vedtak.vedtak_dato
                from kilde.aap_vedtak
                join kodeverk.vedtakstatus on vedtakstatus.kode = aap_vedtak.vedtakstatuskode
                where vedtakstatus.besluttet and aap_vedtak.reaksjon_dager = 1
            ) as vedtak
            on vedtak.maaned between onsket.fra and onsket.til
            and vedtak.vedtak_dato between onsket.fra and last_day(onsket.til)
        where onsket.mal = 'reaksjon_en_dag'
        group by onsket.id, onsket.lesning
    )
select talt.id, talt.lesning, if(onsket.er_andel, 'andel', 'antall') as storrelse, talt.teller, talt.nevner
from talt
join onsket using (id, lesning)
