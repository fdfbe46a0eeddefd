{#
    Finds the events sent by robots: their user agent holds the text of an exclusion rule,
    whatever the case. The user agent is read from the property that the common collectors use, or
    from where a vendor keeps it.
#}

with

events as (

    select * from {{ ref('int_events_distinct') }}

),

vendor_rows as (

    select * from {{ ref('int_vendor_rows') }}

),

exclusions as (

    select * from {{ ref('exclusions') }}

),

user_agent_rules as (

    select value
    from exclusions
    where kind = 'user_agent'

),

events_that_may_name_an_agent as (

    select
        event_key,
        properties
    from events
    where
        lower(properties) like '%agent%'
        and exists (select user_agent_rules.value from user_agent_rules)

),

agents as (

    select
        event_key,
        coalesce(
            {{ json_text('properties', 'user_agent') }},
            {{ json_text('properties', '$user_agent') }},
            {{ json_text('properties', 'userAgent') }},
            {{ json_text('properties', '$raw_user_agent') }}
        ) as user_agent
    from events_that_may_name_an_agent
    union all
    select
        {{ row_key('file_id', 'line_number') }} as event_key,
        user_agent
    from vendor_rows
    where is_event and user_agent is not null

)

select
    agents.event_key,
    min(user_agent_rules.value) as rule_value
from agents
inner join user_agent_rules
    on lower(agents.user_agent) like '%' || lower(user_agent_rules.value) || '%'
group by agents.event_key
