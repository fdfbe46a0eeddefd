-- Files that could not be read.
select
    source_id,
    stream,
    file_path,
    reason,
    loaded_at
from meta.loads
where state = 'rejected'
order by loaded_at desc, file_path
limit 12
