-- What closed periods said before and say now, in the publication that this page shows.
select
    restatements.metric,
    restatements.dimension,
    restatements.period,
    restatements.value_before,
    restatements.value_now,
    restatements.cause
from meta.restatements as restatements
inner join meta.publication as publication
    on restatements.run_id = publication.run_id
order by abs(restatements.difference) desc, restatements.metric, restatements.period
limit 12
