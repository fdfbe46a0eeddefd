{#
    Reads Amplitude's events. An id is unique on its device only; a device id that a server made up
    for a known user is no device; user properties are a user's as they were at the event.
#}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- what and when
    event_name not in ('$identify', '$groupidentify') as is_event,
    coalesce(device_id || ' ' || insert_id, uuid) as event_id,
    case event_name when '[Amplitude] Page Viewed' then 'page_view' else event_name end
        as event_name,
    occurred_at,
    received_at,

    -- who
    user_id,
    case
        when
            user_id is null
            or not coalesce({{ regexp_match(
                'library', "'^(http|amplitude-(python|node|java|go|ruby|php|csharp))'"
            ) }}, false)
            then device_id
    end as anonymous_id,
    cast(null as string) as distinct_id,
    user_id is not null as is_known_user,
    amplitude_id as person_id,
    cast(null as string) as linked_id,
    cast(null as string) as link,

    -- where
    cast(null as string) as account_id,
    nullif(groups, '{}') as account_groups,
    case when session_id <> '-1' then coalesce(device_id, user_id) || ' ' || session_id end
        as session_id,
    cast(null as string) as user_agent,

    -- said of it
    event_properties as properties,
    case
        when user_id is not null
            then
                coalesce(
                    {{ json_text('user_properties', '$set') }}, nullif(user_properties, '{}')
                )
    end as user_traits,
    case when user_id is not null then {{ json_text('user_properties', '$setOnce') }} end
        as user_traits_once,
    nullif(group_properties, '{}') as account_traits,
    case
        when event_name in ('[Experiment] Exposure', '$exposure')
            then {{ json_text('event_properties', 'flag_key') }}
    end as experiment,
    case
        when event_name in ('[Experiment] Exposure', '$exposure')
            then {{ json_text('event_properties', 'variant') }}
    end as variant
from {{ source('amplitude', 'events') }}
