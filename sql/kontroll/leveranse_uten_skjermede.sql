-- Grain: one extract in one delivery, each time it was loaded.
-- Key: leveranse, uttrekk, lastet_tid.
-- Rule: rules.md §8: rows about sheltered persons are published in no count, so what was read is what was read of
-- others.
select leveranse, uttrekk, lest - skjermet as lest, lastet, duplikat, karantene, kontrakt_versjon, lastet_tid
from kontroll.leveranse
