-- An account's history begins with `new`, and then it leaves and returns in turn; it is new again
-- only where settings say so.
with

accounts as (

    select * from {{ ref('nrr_by_account') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

comings_and_goings as (

    select
        account_id,
        month,
        movement,
        lag(movement) over (partition by account_id order by month) as previous_movement
    from accounts
    where movement in ('new', 'reactivation', 'churn')

)

select
    comings_and_goings.account_id,
    comings_and_goings.month
from comings_and_goings
cross join settings
where
    case comings_and_goings.movement
        when 'new'
            then
                comings_and_goings.previous_movement is not null
                and (
                    comings_and_goings.previous_movement <> 'churn'
                    or settings.reactivation_window_days is null
                )
        when 'reactivation' then coalesce(comings_and_goings.previous_movement <> 'churn', true)
        else coalesce(comings_and_goings.previous_movement = 'churn', true)
    end
