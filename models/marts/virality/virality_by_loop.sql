{#
    Which loop do the sign-ups of a week come from?

    A sign-up belongs to the first loop, by priority, that fits how it was brought; sign-ups that
    no loop explains have no row here, but count in the share's base.
#}

with

users as (

    select * from {{ ref('int_users') }}

),

viral_windows as (

    select * from {{ ref('int_viral_windows') }}

),

invited_sign_ups as (

    select * from {{ ref('int_invited_sign_ups') }}

),

primary_activations as (

    select * from {{ ref('int_primary_activations') }}

),

loops as (

    select * from {{ ref('loops') }}

),

loops_by_channel as (

    select
        loop,
        priority,
        brought_by,
        {{ split_rows("coalesce(channel, '*')", '|') }} as channel
    from loops

),

sign_ups_as_brought as (

    select
        users.user_id,
        viral_windows.cohort_week,
        users.acquisition_channel,
        invited_sign_ups.brought_by,
        invited_sign_ups.channel,
        primary_activations.activated_at
    from users
    inner join viral_windows on users.user_id = viral_windows.user_id
    left join invited_sign_ups on users.user_id = invited_sign_ups.user_id
    left join primary_activations
        on users.user_id = primary_activations.actor_id
        and primary_activations.grain = 'user'

),

sign_ups_in_loops_by_preference as (

    select
        sign_ups.cohort_week,
        sign_ups.activated_at,
        loops.loop,
        row_number() over (
            partition by sign_ups.user_id
            order by loops.priority asc, loops.loop asc
        ) as preference
    from sign_ups_as_brought as sign_ups
    inner join loops_by_channel as loops
        on (
            sign_ups.brought_by = loops.brought_by
            and loops.channel in (coalesce(sign_ups.channel, ''), '*')
        )
        or (
            loops.brought_by = 'acquisition'
            and loops.channel in (sign_ups.acquisition_channel, '*')
        )

),

sign_ups_by_week as (

    select
        cohort_week,
        count(*) as users
    from viral_windows
    group by cohort_week

)

select
    loops.loop,
    loops.cohort_week,
    cast(count(*) as bigint) as sign_ups,
    cast(count(loops.activated_at) as bigint) as activated,
    cast(count(*) as double) / nullif(cast(max(weeks.users) as double), 0) as share_of_sign_ups
from sign_ups_in_loops_by_preference as loops
inner join sign_ups_by_week as weeks on loops.cohort_week = weeks.cohort_week
where loops.preference = 1
group by loops.loop, loops.cohort_week
