-- Grain: an extract of a delivery and a column that files of the month need not have.
-- Key: leveranse, uttrekk, kolonne.
-- Rule: contracts.md, «Contracts that change»: before gyldigFra and after gyldigTil a
-- column is null, and the rows it is null in are counted.
with
    gjeldende as (from kontroll.leveranse qualify lastet_tid = max(lastet_tid) over (partition by leveranse)),
    kolonner as (
        select
            unnest($kolonner::struct(uttrekk varchar, kolonne varchar, fra date, til date)[], max_depth := 2)
    )
select leveranse, uttrekk, kolonne, lastet as rader
from gjeldende
join kolonner using (uttrekk)
where
    sha256 is not null
    and (strptime(leveranse, '%Y-%m')::date < fra or strptime(leveranse, '%Y-%m')::date > til)
order by all
