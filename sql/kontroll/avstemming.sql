-- Grain: a published number and a reading of it; every number of
-- reports/published/ is here.
-- Key: id, lesning.
-- Rule: rules.md §6: inside by the print alone, inside with the sampling margin,
-- outside, or not testable with the reason. The derived value stands in the unit of
-- print: percent, or persons of the whole population. The margin is of a register that
-- is a sample of known share: 1.96 standard errors, binomial for a share, Poisson for a
-- count, of a change between months the turnover (avstemming_endring). From a sample
-- under a tenth no count gets a verdict: the smaller the sample, the wider the margin,
-- and all would pass. `innen_to_prosent` is what rules.md §7 asks of the synthetic
-- register, beside the verdict.
-- ⟂ A median's is that of waiting times that end at an even rate: median / (ln 2 *
-- root of how many ended).
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
            storrelse in ('antall', 'sum', 'endring', 'endring_prosent') as er_antall,
            if(storrelse = 'andel', least(teller, nevner - teller), abs(teller)) as minste_gruppe
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
            ledd.er_antall,
            ledd.minste_gruppe,
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
                when ledd.er_antall and $andel_av_befolkning < 0.1
                then 'Registeret er mindre enn en tidel av befolkningen: antall vurderes ikke'
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
        when reprodusert between nedre - 1e-9 and ovre + 1e-9
        then 'innenfor'
        when reprodusert between nedre - utvalgsmargin - 1e-9 and ovre + utvalgsmargin + 1e-9
        then 'innenfor_med_utvalgsmargin'
        else 'utenfor'
    end as status,
    grunn,
    definisjon,
    kilde,
    samme_som,
    if($andel_av_befolkning is null, null, tilpasning) as tilpasning,
    if(
        $andel_av_befolkning is null or grunn is not null or not er_antall,
        null,
        abs(reprodusert - publisert) <= 0.02 * abs(publisert)
    ) as innen_to_prosent
from samlet
order by nr, lesning
