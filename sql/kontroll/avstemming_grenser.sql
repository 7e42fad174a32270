-- Grain: a published number.
-- Key: id.
-- Rule: rules.md §6, how far from the printed number the derived one may be, by its
-- precision (presisjon): eksakt half a unit of the last printed digit; avrundet 0.5;
-- omtrent 2.5 points, or 5 percent of what is not a share; over and under one-sided;
-- intervall between the pair; anslag is a forecast and has no bounds.
-- ⟂ avledet is computed from printed, rounded numbers: 1 point, or like omtrent for
-- what is not a share.
with
    toleranser as (
        select
            *,
            enhet in ('prosent', 'prosentpoeng') as er_andel,
            case
                when presisjon = 'eksakt'
                then 0.5 * power(10, - desimaler)
                when presisjon = 'avrundet'
                then 0.5
                when presisjon = 'omtrent' and er_andel
                then 2.5
                when presisjon = 'avledet' and er_andel
                then 1
                when presisjon in ('omtrent', 'avledet')
                then 0.05 * abs(publisert)
            end as toleranse,
            -- The two rows of an interval have the same id but for its last word.
            regexp_replace(id, '[._-](min|max|lo|hi)$', '') as par
        from publisert
    )
select
    * exclude (er_andel, toleranse, par),
    case
        presisjon
        when 'over'
        then publisert
        when 'intervall'
        then min(publisert) over (partition by presisjon, par)
        else publisert - toleranse
    end as nedre,
    case
        presisjon
        when 'under'
        then publisert
        when 'intervall'
        then max(publisert) over (partition by presisjon, par)
        else publisert + toleranse
    end as ovre
from toleranser
