-- Grain: one row per month and choice of rules.md whose alternative can only be read
-- out of the extracts.
-- Key: maaned, valg.
-- Rule: rules.md, the choices «corrections net out», «an ended status … never started»
-- and «gaps of at most 31 days» of §1, each beside what it would have been without; the
-- method appendix prints it.
with
    maaneder as (select unnest($maaneder) as maaned),
    mottakere as (
        select p.maaned, p.person_key, p.tiltak, p.aap_siden, v.har_opphold
        from klargjort.person_maaned p
        semi join maaneder using (maaned)
        left join klargjort.vedtak_maaned v using (maaned, person_key)
        where p.mottaker
    ),
    noen_utbetaling as (
        -- Any payment at all, whatever was corrected.
        select maaned, count(*) as antall
        from klargjort.utbetaling_maaned
        semi join maaneder using (maaned)
        semi join klargjort.person_maaned using (maaned, person_key)
        where har_utbetaling
        group by maaned
    ),
    aldri_begynt as (
        -- Recipients whom only a participation that ended before it began
        -- would put in tiltak.
        select maaned, count(*) as antall
        from klargjort.tiltak_maaned t
        semi join mottakere using (maaned, person_key)
        where not t.tiltak
        group by maaned
    ),
    talt as (
        select
            maaned,
            count(*) as mottakere,
            count_if(tiltak) as tiltak,
            count_if(aap_siden is not null) as med_periode,
            count_if(har_opphold) as med_opphold
        from mottakere
        group by maaned
    )
select
    maaned,
    unnest(['netto_utbetaling', 'aldri_begynt', 'opphold_i_perioden']) as valg,
    unnest([mottakere, tiltak, med_periode])::bigint as antall,
    unnest(
        [
            coalesce(noen_utbetaling.antall, 0),
            tiltak + coalesce(aldri_begynt.antall, 0),
            med_periode - med_opphold
        ]
    )::bigint as antall_ellers,
    unnest([null, mottakere, mottakere])::bigint as nevner
from talt
left join noen_utbetaling using (maaned)
left join aldri_begynt using (maaned)
order by maaned, valg
