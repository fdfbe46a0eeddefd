{#
    Reads PostHog's events. A distinct id is a user's where the event itself proves it, by having
    been identified; whose the others are is decided later. The distinct id of a group's own event
    is thrown away, and what PostHog keeps on an event for itself is no property.
#}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- what and when
    event_name not in (
        '$identify', '$create_alias', '$groupidentify', '$set', '$merge_dangerously'
    ) as is_event,
    event_id,
    case event_name when '$pageview' then 'page_view' else event_name end as event_name,
    occurred_at,
    received_at,

    -- who
    case
        when event_name = '$groupidentify' then null
        when event_name = '$merge_dangerously' then distinct_id
        when
            event_name = '$identify'
            and {{ json_text('properties', '$anon_distinct_id') }} <> distinct_id
            then distinct_id
        when {{ json_text('properties', '$is_identified') }} = 'true' then distinct_id
        when {{ json_text('properties', '$user_id') }} = distinct_id then distinct_id
    end as user_id,
    case
        when event_name <> '$groupidentify' then {{ json_text('properties', '$device_id') }}
    end as anonymous_id,
    case when event_name <> '$groupidentify' then distinct_id end as distinct_id,
    true as is_known_user,
    cast(null as string) as person_id,
    case event_name
        when '$identify' then {{ json_text('properties', '$anon_distinct_id') }}
        when '$create_alias' then {{ json_text('properties', 'alias') }}
        when '$merge_dangerously' then {{ json_text('properties', 'alias') }}
    end as linked_id,
    case event_name
        when '$identify' then 'identify'
        when '$create_alias' then 'either'
        when '$merge_dangerously' then 'alias'
    end as link,

    -- where
    cast(null as string) as account_id,
    case
        when event_name = '$groupidentify'
            then
                '{' || {{ json_quoted(json_text('properties', '$group_type')) }}
                || ':' || {{ json_quoted(json_text('properties', '$group_key')) }} || '}'
        else {{ json_text('properties', '$groups') }}
    end as account_groups,
    {{ json_text('properties', '$session_id') }} as session_id,
    cast(null as string) as user_agent,

    -- said of it
    {{ json_without('properties', ['$groups', '$set', '$set_once']) }} as properties,
    case
        when event_name <> '$groupidentify'
            then
                {{ json_without(
                    json_text('properties', '$set'),
                    ['$current_url', '$pathname', '$host', '$referrer', '$referring_domain']
                ) }}
    end as user_traits,
    case
        when event_name in ('$identify', '$set') then {{ json_text('properties', '$set_once') }}
    end as user_traits_once,
    {{ json_text('properties', '$group_set') }} as account_traits,
    case
        when event_name = '$feature_flag_called'
            then {{ json_text('properties', '$feature_flag') }}
    end as experiment,
    case
        when event_name = '$feature_flag_called'
            then {{ json_text('properties', '$feature_flag_response') }}
    end as variant
from {{ source('posthog', 'events') }}
