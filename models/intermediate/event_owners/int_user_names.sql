{#
    Says of every id that an alias merged away whom it stood for: itself until the merging was
    known, then the user who stays.
#}

with

user_aliases as (

    select * from {{ ref('int_user_aliases') }}

)

select
    from_id as sent_id,
    from_id as user_id,
    timestamp '1970-01-01 00:00:00' as known_from,
    merged_at as known_to
from user_aliases
union all
select
    from_id as sent_id,
    user_id,
    merged_at as known_from,
    timestamp '9999-12-31 00:00:00' as known_to
from user_aliases
