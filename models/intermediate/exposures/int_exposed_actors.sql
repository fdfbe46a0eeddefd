{#
    Says whose doings are a unit's: its own, and where a metric speaks of the other grain, those
    of the user's account or of the account's users. An event is always the unit's own.
#}

with

exposed_units as (

    select * from {{ ref('int_exposed_units') }}

),

users as (

    select * from {{ ref('int_users') }}

)

select
    experiment,
    metric,
    unit_id,
    looked_back_to,
    exposed_at,
    matures_at,
    unit_type as grain,
    unit_id as actor_id
from exposed_units
union all
select
    experiment,
    metric,
    unit_id,
    looked_back_to,
    exposed_at,
    matures_at,
    'account' as grain,
    account_id as actor_id
from exposed_units
where unit_type = 'user' and kind <> 'event' and account_id is not null
union all
select
    exposed_units.experiment,
    exposed_units.metric,
    exposed_units.unit_id,
    exposed_units.looked_back_to,
    exposed_units.exposed_at,
    exposed_units.matures_at,
    'user' as grain,
    users.user_id as actor_id
from exposed_units
inner join users on exposed_units.unit_id = users.account_id
where exposed_units.unit_type = 'account' and exposed_units.kind <> 'event'
