-- Grain: a published number and a reading of it; every number of
-- reports/published/ is here.
-- Key: id, lesning.
-- Rule: rules.md §6: inside, outside, or not testable with the reason. The derived
-- value stands in the unit of print: percent, or persons of the whole population. Where
-- the register is a sample of known share, the bounds give way by 1.96 standard errors:
-- binomial for a share, Poisson for a count.
-- ⟂ A median's is that of waiting times that end at an even rate: median / (ln 2 *
-- root of how many ended).
-- ⟂ A difference between months is taken as of independent persons, which
-- errs on the wide side.
-- Where the counts are rounded ($avrunding: how far each may be from the true one), the
-- bounds give way by as much, and a share of too few ($minste_nevner) is not tested.
with
    i_trykkets_enheter as (
        select
            *,
            1 / coalesce($andel_av_befolkning::double, 1) as skala,
            teller / nullif(nevner, 0) as andel,
            case
                when maaneder < maaneder_ventet
                then null
                when storrelse in ('verdi', 'median')
                then verdi
                when storrelse in ('andel', 'endring_prosent')
                then 100 * andel
                else teller * skala
            end as reprodusert,
            case
                storrelse
                when 'verdi'
                then null
                when 'median'
                then verdi / (ln(2) * sqrt(teller))
                when 'andel'
                then 100 * sqrt(greatest(andel * (1 - andel), 0) / nevner)
                when 'endring_prosent'
                then 100 * sqrt(personer) / nevner
                when 'endring'
                then sqrt(personer) * skala
                else sqrt(abs(teller)) * skala
            end as standardfeil,
            if(storrelse = 'andel', least(teller, nevner - teller), abs(teller)) as minste_gruppe,
            coalesce(
                $avrunding::double * case
                    when storrelse in ('verdi', 'median')
                    then 0
                    when storrelse = 'andel'
                    then 100 / nullif(nevner, 0)
                    when storrelse = 'endring_prosent'
                    then 200 / nullif(nevner, 0)
                    when storrelse = 'endring'
                    then 2 * skala
                    else skala
                end,
                0
            ) as avrundingsmargin
        from avstemming_ledd
    ),
    -- Several patterns may fit an id: the longest says most of it.
    mangler as (
        select grenser.id, arg_max(kobling_mangler.grunn, length(id_monster)) as grunn
        from avstemming_grenser as grenser
        join
            kobling_mangler
            on kobling_mangler.studie = grenser.studie
            and grenser.id glob kobling_mangler.id_monster
        group by grenser.id
    ),
    samlet as (
        select
            grenser.*,
            ledd.lesning,
            ledd.reprodusert,
            ledd.minste_gruppe,
            coalesce(ledd.avrundingsmargin, 0) as avrundingsmargin,
            if(
                $andel_av_befolkning is null or ledd.reprodusert is null, null, 1.96 * ledd.standardfeil
            ) as utvalgsmargin,
            case
                when grenser.presisjon = 'anslag'
                then 'Anslag i et budsjett, ikke et målt tall'
                when ledd.id is null
                then coalesce(mangler.grunn, 'Ikke koblet til et beregnet resultat')
                when ledd.maaneder < ledd.maaneder_ventet
                then
                    format(
                        'Perioden er ikke beregnet: {} av {} måneder finnes',
                        ledd.maaneder,
                        ledd.maaneder_ventet
                    )
                when ledd.reprodusert is null and ledd.maaneder is null
                then 'Forløpene dekker ikke tidsrommet tallet gjelder'
                when ledd.reprodusert is null
                then 'Ingen personer å regne andelen av'
                when ledd.storrelse = 'andel' and ledd.nevner < $minste_nevner::double
                then 'For få personer til at andelen kan vises'
            end as grunn
        from avstemming_grenser as grenser
        left join i_trykkets_enheter as ledd using (id)
        left join mangler using (id)
    )
select
    nr,
    id,
    studie,
    figur,
    mal,
    gruppe,
    periode,
    enhet,
    presisjon,
    publisert,
    desimaler,
    coalesce(lesning, '') as lesning,
    reprodusert,
    nedre,
    ovre,
    utvalgsmargin,
    reprodusert - publisert as avvik,
    minste_gruppe,
    $andel_av_befolkning::double as andel_av_befolkning,
    case
        when grunn is not null
        then 'kan_ikke_testes'
        -- A number on the very bound is inside, however binary fractions round.
        when reprodusert < nedre - coalesce(utvalgsmargin, 0) - avrundingsmargin - 1e-9
        then 'utenfor'
        when reprodusert > ovre + coalesce(utvalgsmargin, 0) + avrundingsmargin + 1e-9
        then 'utenfor'
        else 'innenfor'
    end as status,
    grunn,
    definisjon,
    kilde
from samlet
order by nr, lesning
