{#
    Reads Mixpanel's profiles of people and, where their rows name a group, of groups. A profile
    holds when it was seen last; its properties are as of the export.
#}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- which and when
    case when distinct_id not like '$device:%' then distinct_id end as user_id,
    case
        when
            group_key = {{ account_group('source_id') }}
            or group_key in ('company', 'account_id', 'company_id')
            or {{ account_group('source_id') }} is null
            then group_id
    end as account_id,
    {{ instant_of_text(json_text('properties', '$last_seen')) }} as seen_at,

    -- said of it
    {{ json_without('properties', ['$last_seen']) }} as properties
from {{ source('mixpanel', 'people') }}
