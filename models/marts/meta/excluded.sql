{#
    Whose activity does not count, and how much is that?

    A person or an event that several rules exclude is counted with each of them.
#}

with

exclusions as (

    select * from {{ ref('exclusions') }}

),

exclusion_matches as (

    select * from {{ ref('int_exclusion_matches') }}

),

bot_events as (

    select * from {{ ref('int_bot_events') }}

),

internal_events as (

    select *
    from {{ ref('int_events') }}
    where is_internal

),

subjects_by_rule as (

    select
        rule_kind,
        rule_value,
        count(distinct case when subject_type = 'user' then subject_id end) as users,
        count(distinct case when subject_type = 'account' then subject_id end) as accounts
    from exclusion_matches
    group by rule_kind, rule_value

),

events_by_rule as (

    select
        exclusion_matches.rule_kind,
        exclusion_matches.rule_value,
        internal_events.event_key
    from internal_events
    inner join exclusion_matches
        on exclusion_matches.subject_type = 'user'
        and internal_events.user_id = exclusion_matches.subject_id
    union
    select
        exclusion_matches.rule_kind,
        exclusion_matches.rule_value,
        internal_events.event_key
    from internal_events
    inner join exclusion_matches
        on exclusion_matches.subject_type = 'account'
        and internal_events.account_id = exclusion_matches.subject_id
    union
    select
        'user_agent' as rule_kind,
        rule_value,
        event_key
    from bot_events

),

events_counted_by_rule as (

    select
        rule_kind,
        rule_value,
        count(*) as events
    from events_by_rule
    group by rule_kind, rule_value

)

select
    exclusions.kind,
    case
        when exclusions.kind <> 'email' or {{ var('publish_personal_data') }}
            then exclusions.value
        else md5(lower(exclusions.value))
    end as value,
    exclusions.reason,
    cast(coalesce(subjects_by_rule.users, 0) as bigint) as users,
    cast(coalesce(subjects_by_rule.accounts, 0) as bigint) as accounts,
    cast(coalesce(events_counted_by_rule.events, 0) as bigint) as events
from exclusions
left join subjects_by_rule
    on exclusions.kind = subjects_by_rule.rule_kind
    and exclusions.value = subjects_by_rule.rule_value
left join events_counted_by_rule
    on exclusions.kind = events_counted_by_rule.rule_kind
    and exclusions.value = events_counted_by_rule.rule_value
