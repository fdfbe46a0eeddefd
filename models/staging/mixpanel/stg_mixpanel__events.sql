{#
    Reads Mixpanel's events. An insert id alone is no key: senders use one twice, so it counts
    beside name, distinct id and time. A distinct id is a user's unless it says or repeats
    that it is the device's.
#}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- what and when
    event_name not in ('$identify', '$create_alias', '$merge') as is_event,
    md5(
        event_name || ' ' || coalesce(distinct_id, '') || ' ' || cast(occurred_at as string) || ' '
        || coalesce(insert_id, properties)
    ) as event_id,
    case event_name when '$mp_web_page_view' then 'page_view' else event_name end as event_name,
    occurred_at,
    coalesce(
        {{ instant_of_milliseconds(json_text('properties', '$mp_api_timestamp_ms')) }},
        {{ instant_of_milliseconds(json_text('properties', 'mp_processing_time_ms')) }}
    ) as received_at,

    -- who
    case event_name
        when '$merge' then replace({{ json_item('properties', "'$distinct_ids'") }}, '$device:', '')
        when '$create_alias' then {{ json_text('properties', 'alias') }}
        when '$identify'
            then coalesce({{ json_text('properties', '$identified_id') }}, user_id, distinct_id)
        else
            coalesce(
                user_id,
                case
                    when
                        distinct_id not like '$device:%'
                        and distinct_id <> coalesce(device_id, '')
                        then distinct_id
                end
            )
    end as user_id,
    case
        when event_name not in ('$merge', '$create_alias')
            then
                coalesce(
                    device_id,
                    case
                        when distinct_id like '$device:%' then replace(distinct_id, '$device:', '')
                    end
                )
    end as anonymous_id,
    cast(null as string) as distinct_id,
    user_id is not null or event_name = '$identify' as is_known_user,
    cast(null as string) as person_id,
    replace(
        case event_name
            when '$merge' then {{ json_item('properties', "'$distinct_ids'", 1) }}
            when '$create_alias' then distinct_id
            when '$identify'
                then
                    coalesce(
                        {{ json_text('properties', '$anon_id') }},
                        {{ json_text('properties', '$anon_distinct_id') }}
                    )
        end,
        '$device:',
        ''
    ) as linked_id,
    case
        when event_name = '$merge' then 'either'
        when event_name = '$create_alias' then 'likely'
        when event_name = '$identify' then 'alias'
    end as link,

    -- where
    coalesce(
        {{ json_item('properties', account_group('source_id')) }},
        {{ json_item('properties', "'company'") }},
        {{ json_item('properties', "'account_id'") }},
        {{ json_item('properties', "'company_id'") }}
    ) as account_id,
    cast(null as string) as account_groups,
    cast(null as string) as session_id,
    cast(null as string) as user_agent,

    -- said of it
    {{ json_without('properties', [
        'time', 'distinct_id', '$device_id', '$user_id', '$insert_id', 'mp_processing_time_ms',
        '$mp_api_timestamp_ms', '$mp_api_endpoint', '$import', 'token'
    ]) }} as properties,
    cast(null as string) as user_traits,
    cast(null as string) as user_traits_once,
    cast(null as string) as account_traits,
    case
        when event_name = '$experiment_started'
            then {{ json_text('properties', 'Experiment name') }}
    end as experiment,
    case
        when event_name = '$experiment_started'
            then {{ json_text('properties', 'Variant name') }}
    end as variant
from {{ source('mixpanel', 'events') }}
