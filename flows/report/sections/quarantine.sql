-- Lines that were set aside, by reason; the lines themselves are in meta.quarantine.
select
    source_id,
    stream,
    reason,
    count(*) as lines,
    max(loaded_at) as newest_at
from meta.quarantine
group by source_id, stream, reason
order by lines desc, source_id, stream, reason
limit 12
