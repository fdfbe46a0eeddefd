{#
    Says who was in which stage of the flywheel when: attracted at sign-up, engaged at the primary
    activation, delighted at every core action, an advocate at every invitation and good answer.
    An account is active at every active use.
#}

with

users as (

    select * from {{ ref('int_users') }}

),

primary_activations as (

    select * from {{ ref('int_primary_activations') }}

),

events as (

    select * from {{ ref('int_events_counted') }}

),

event_catalog as (

    select * from {{ ref('event_catalog') }}

),

invitations as (

    select * from {{ ref('int_invitations') }}

),

survey_answers as (

    select * from {{ ref('int_survey_answers') }}

),

catalogued_events as (

    select
        events.person_id,
        events.account_id,
        events.occurred_at,
        event_catalog.is_core_action,
        event_catalog.is_active_use
    from events
    inner join event_catalog on events.event_name = event_catalog.event_name
    where event_catalog.is_core_action or event_catalog.is_active_use

)

select
    'attracted' as stage,
    user_id as actor_id,
    created_at as happened_at
from users
where not is_internal
union all
select
    'engaged' as stage,
    actor_id,
    activated_at as happened_at
from primary_activations
where grain = 'user' and activated_at is not null
union all
select
    'delighted' as stage,
    person_id as actor_id,
    occurred_at as happened_at
from catalogued_events
where is_core_action and person_id is not null
union all
select
    'advocate' as stage,
    inviter_user_id as actor_id,
    sent_at as happened_at
from invitations
union all
select
    'advocate' as stage,
    coalesce(user_id, source_id || ' ' || response_id) as actor_id,
    responded_at as happened_at
from survey_answers
where category = 'promoter'
union all
select
    'active_account' as stage,
    account_id as actor_id,
    occurred_at as happened_at
from catalogued_events
where is_active_use and account_id is not null
