{#
    Sets spend beside the accounts it won and what accounts pay, month by month: for each channel
    and for all together (channel NULL). What won the accounts of a month was spent the lag before.
#}

with

spend as (

    select * from {{ ref('int_spend_by_month') }}

),

movements as (

    select * from {{ ref('int_mrr_movements') }}

),

account_channels as (

    select * from {{ ref('int_account_channels') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

facts as (

    select
        month,
        '(none)' as channel,
        0 as spend_minor,
        0 as acquisition_minor,
        null as account_id
    from months
    union all
    select
        month,
        channel,
        spend_minor,
        0 as acquisition_minor,
        null as account_id
    from spend
    union all
    select
        cast(spend.month + settings.cac_lag_months * interval '1' month as date) as month,
        spend.channel,
        0 as spend_minor,
        spend.spend_minor as acquisition_minor,
        null as account_id
    from spend
    cross join settings
    union all
    select
        movements.month,
        coalesce(account_channels.channel, '(unknown)') as channel,
        0 as spend_minor,
        0 as acquisition_minor,
        movements.account_id
    from movements
    left join account_channels on movements.account_id = account_channels.account_id

)

select
    facts.month,
    facts.channel,
    {{ local_to_utc("cast(facts.month + interval '1' month as timestamp)") }} <= max(as_of.as_of)
        as is_complete,
    sum(facts.spend_minor) as spend_minor,
    sum(facts.acquisition_minor) as acquisition_minor,
    count(case when movements.movement = 'new' then 1 end) as new_accounts,
    sum(case when movements.movement = 'new' then movements.movement_minor else 0 end) as new_minor,
    count(case when movements.movement = 'churn' then 1 end) as churned_accounts,
    count(case when movements.was_customer then 1 end) as opening_accounts,
    count(case when movements.is_paying then 1 end) as paying_accounts,
    sum(coalesce(movements.closing_mrr_minor, 0)) as closing_minor
from facts
cross join as_of
left join movements
    on facts.account_id = movements.account_id
    and facts.month = movements.month
where {{ local_to_utc('cast(facts.month as timestamp)') }} < as_of.as_of
group by grouping sets ((facts.month, facts.channel), (facts.month))
having coalesce(facts.channel, '') <> '(none)'
