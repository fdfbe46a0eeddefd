{# Follows every account from sign-up to its first payment, within the days that settings allow. #}

with

accounts as (

    select * from {{ ref('int_accounts') }}

),

spans as (

    select * from {{ ref('int_subscription_spans') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

lead_handoffs as (

    select * from {{ ref('int_lead_handoffs') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

first_spans as (

    select
        account_id,
        min(started_at) as started_at
    from spans
    group by account_id

),

accounts_begun_as_trials as (

    select distinct spans.account_id
    from spans
    inner join first_spans
        on spans.account_id = first_spans.account_id
        and spans.started_at = first_spans.started_at
    where spans.is_trial

),

first_payments as (

    select
        account_id,
        min(started_at) as first_paid_at
    from paid_periods
    group by account_id

),

first_handoffs as (

    select
        account_id,
        min(handed_over_at) as handed_over_at
    from lead_handoffs
    group by account_id

),

accounts_with_deadlines as (

    select
        accounts.account_id,
        accounts.created_at,
        accounts.created_at + settings.conversion_window_days * interval '1' day as deadline,
        accounts_begun_as_trials.account_id is not null as began_as_trial,
        first_payments.first_paid_at,
        coalesce(first_handoffs.handed_over_at < first_payments.first_paid_at, false)
            as was_handed_over
    from accounts
    cross join settings
    left join accounts_begun_as_trials
        on accounts.account_id = accounts_begun_as_trials.account_id
    left join first_payments on accounts.account_id = first_payments.account_id
    left join first_handoffs on accounts.account_id = first_handoffs.account_id
    where not accounts.is_internal

)

select
    accounts.account_id,
    accounts.created_at,
    case when accounts.began_as_trial then 'trial' else 'freemium' end as acquisition_model,
    accounts.first_paid_at,
    accounts.was_handed_over,
    accounts.deadline <= as_of.as_of as is_mature,
    coalesce(accounts.first_paid_at <= accounts.deadline, false) as is_converted,
    case
        when accounts.first_paid_at < accounts.created_at then 0
        else {{ days_between('accounts.created_at', 'accounts.first_paid_at') }}
    end as days_to_paid
from accounts_with_deadlines as accounts
cross join as_of
