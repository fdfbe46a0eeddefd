{# Names the files that rows come from, for marts that lead back to the landed line. #}

with

loads as (

    select * from {{ ref('stg_landing__loads') }}

)

select
    file_id,
    source_id,
    stream,
    file_path
from loads
