{#
    Reads PostHog's persons, a row for each distinct id of a person and each version of either.
    Who has an address or a name is a user.
#}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- which and when
    distinct_id,
    person_id,
    coalesce(person_distinct_id_version, 0) as distinct_id_version,
    coalesce(person_version, 0) as person_version,
    coalesce(created_at, inserted_at, timestamp '1970-01-01 00:00:00') as created_at,
    coalesce(inserted_at, created_at, timestamp '1970-01-01 00:00:00') as inserted_at,

    -- said of it
    coalesce(
        {{ json_text('properties', 'email') }},
        {{ json_text('properties', '$email') }},
        {{ json_text('properties', 'name') }},
        {{ json_text('properties', '$name') }}
    ) is not null as is_named,
    properties
from {{ source('posthog', 'persons') }}
