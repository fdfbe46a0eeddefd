{#
    Reads Segment's raw messages: of every call who, what, when, and what it says of whom.

    The time is the one corrected for the sender's clock. Page and screen calls are events under
    one name each; identify, group and alias calls are none, but tell who is who.
#}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- what and when
    message_type in ('track', 'page', 'screen') as is_event,
    event_id,
    case message_type
        when 'track' then event_name
        when 'page' then 'page_view'
        when 'screen' then 'screen_view'
        else message_type
    end as event_name,
    coalesce(corrected_at, original_at, received_at) as occurred_at,
    received_at,

    -- who
    user_id,
    anonymous_id,
    cast(null as string) as distinct_id,
    user_id is not null as is_known_user,
    cast(null as string) as person_id,
    case when message_type = 'alias' then previous_id end as linked_id,
    case when message_type = 'alias' then 'alias' end as link,

    -- where and how
    coalesce(group_id, {{ json_text('context', 'groupId') }}) as account_id,
    cast(null as string) as account_groups,
    coalesce(anonymous_id, user_id) || ' ' || {{ json_text('context', 'sessionId') }}
        as session_id,
    {{ json_text('context', 'userAgent') }} as user_agent,

    -- said of it
    case when message_type in ('track', 'page', 'screen') then properties end as properties,
    case
        when message_type = 'identify'
            then coalesce(nullif(traits, '{}'), {{ json_text('context', 'traits') }}, '{}')
    end as user_traits,
    cast(null as string) as user_traits_once,
    case when message_type = 'group' then coalesce(traits, '{}') end as account_traits,
    case
        when event_name = 'Experiment Viewed'
            then
                coalesce(
                    {{ json_text('properties', 'experiment_name') }},
                    {{ json_text('properties', 'experiment_id') }}
                )
    end as experiment,
    case
        when event_name = 'Experiment Viewed'
            then
                coalesce(
                    {{ json_text('properties', 'variation_name') }},
                    {{ json_text('properties', 'variation_id') }}
                )
    end as variant
from {{ source('segment', 'events') }}
