-- Grain: a loaded month and an extract.
-- Key: maaned, uttrekk.
-- Rule: contracts.md, «Contracts that change»: of an extract that is not there
-- nothing is known, which is neither no rows nor no.
with
    gjeldende as (from kontroll.leveranse qualify lastet_tid = max(lastet_tid) over (partition by leveranse)),
    levert as (select leveranse, uttrekk from gjeldende where sha256 is not null)
select
    strptime(leveranse, '%Y-%m')::date as maaned,
    uttrekk,
    levert.uttrekk is not null as levert,
    case when levert.uttrekk is null then $mangler end as grunn
from (select distinct leveranse from kontroll.leveranse)
cross join (select unnest($uttrekk) as uttrekk)
left join levert using (leveranse, uttrekk)
order by all
