-- Grain: a published number.
-- Key: id.
-- Rule: rules.md §6, how far from the printed number the derived one may be, by its
-- precision (presisjon): what kobling_toleranse.csv says its text says; else eksakt and
-- avledet half a unit of the last printed digit; avrundet 0.5 and omtrent 2.5 of a
-- share, and of anything else half the last printed unit (152 900 is printed in
-- hundreds); intervall between the pair; anslag is a forecast and has no bounds.
-- ⟂ over and under: ten percent of the number on the open side, or «nearly 800» would
-- be met by 3.
with
    toleranser as (
        select
            * exclude (toleranse),
            case
                when presisjon in ('over', 'under', 'intervall', 'anslag')
                then null
                when toleranse is not null
                then toleranse
                when presisjon in ('eksakt', 'avledet')
                then 0.5 * power(10, - desimaler)
                when enhet in ('prosent', 'prosentpoeng')
                then if(presisjon = 'omtrent', 2.5, 0.5)
                -- The zeros a whole number ends with are not printed digits.
                else 0.5 * power(10, length(regexp_extract(verdi, '^[^.]*[1-9](0*)$', 1)) - desimaler)
            end as slingring,
            0.1 * abs(publisert) as aapen_side,
            -- The two rows of an interval have the same id but for its last word.
            regexp_replace(id, '[._-](min|max|lo|hi)$', '') as par
        from publisert
    )
select
    * exclude (slingring, aapen_side, par),
    case
        presisjon
        when 'over'
        then publisert
        when 'under'
        then publisert - aapen_side
        when 'intervall'
        then min(publisert) over (partition by presisjon, par)
        else publisert - slingring
    end as nedre,
    case
        presisjon
        when 'over'
        then publisert + aapen_side
        when 'under'
        then publisert
        when 'intervall'
        then max(publisert) over (partition by presisjon, par)
        else publisert + slingring
    end as ovre
from toleranser
