{#
    Pairs every activation with the users or accounts it asks about, and with their window: from
    sign-up, its upper edge included; or to the end of a local day, where days are calendar days.
#}

with

activations as (

    select * from {{ ref('activations') }}

),

users as (

    select * from {{ ref('int_users') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

activation_windows as (

    select
        activation,
        grain,
        require,
        coalesce(within_days, {{ var('activation_window_days') }}) as within_days,
        coalesce(days_are, 'elapsed') as days_are
    from activations

),

actors as (

    select
        'user' as grain,
        user_id as actor_id,
        created_at as signed_up_at
    from users
    where not is_internal
    union all
    select
        'account' as grain,
        account_id as actor_id,
        created_at as signed_up_at
    from accounts
    where not is_internal

),

actors_with_their_window as (

    select
        activation_windows.activation,
        activation_windows.grain,
        activation_windows.require,
        actors.actor_id,
        actors.signed_up_at,
        case activation_windows.days_are
            when 'calendar'
                then
                    {{ local_to_utc(
                        period_start(utc_to_local('actors.signed_up_at'), 'day')
                        ~ " + activation_windows.within_days * interval '1' day"
                    ) }}
                    - interval '0.000001' second
            else actors.signed_up_at + activation_windows.within_days * interval '1' day
        end as window_ends_at
    from activation_windows
    inner join actors on activation_windows.grain = actors.grain

)

select
    actors_with_their_window.activation,
    actors_with_their_window.grain,
    actors_with_their_window.require,
    actors_with_their_window.actor_id,
    actors_with_their_window.signed_up_at,
    actors_with_their_window.window_ends_at,
    not {{ var('wait_for_maturity') }}
    or actors_with_their_window.window_ends_at <= as_of.as_of as is_mature
from actors_with_their_window
cross join as_of
