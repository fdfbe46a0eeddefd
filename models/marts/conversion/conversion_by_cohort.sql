{# Which share of the accounts that signed up in a month paid within the conversion window? #}

with

accounts as (

    select * from {{ ref('int_account_conversions') }}

),

accounts_in_months as (

    select
        cast({{ period_start(utc_to_local('created_at'), 'month') }} as date) as signup_month,
        acquisition_model,
        is_mature,
        is_mature and is_converted as is_mature_conversion,
        is_mature and is_converted and not was_handed_over as is_self_serve_conversion,
        case when is_mature and is_converted then days_to_paid end as days_to_paid
    from accounts

),

summed_to_cohort as (

    select
        signup_month,
        acquisition_model,
        count(*) as accounts,
        count(case when is_mature then 1 end) as mature_accounts,
        count(case when is_mature_conversion then 1 end) as converted,
        count(case when is_self_serve_conversion then 1 end) as self_serve_converted,
        median(days_to_paid) as median_days_to_paid
    from accounts_in_months
    group by signup_month, acquisition_model

)

select
    signup_month,
    cast(acquisition_model as string) as acquisition_model,
    cast(accounts as bigint) as accounts,
    cast(mature_accounts as bigint) as mature_accounts,
    cast(converted as bigint) as converted,
    cast(self_serve_converted as bigint) as self_serve_converted,
    cast(converted as double) / nullif(mature_accounts, 0) as free_to_paid_rate,
    cast(median_days_to_paid as double) as median_days_to_paid
from summed_to_cohort
