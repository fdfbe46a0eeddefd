-- Fields and volumes that changed in the sources.
select
    source_id,
    stream,
    field,
    kind,
    last_seen,
    detail
from meta.drift
order by last_seen desc, source_id, stream, field
limit 12
