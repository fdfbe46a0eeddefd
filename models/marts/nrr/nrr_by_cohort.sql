{#
    What do the accounts that first paid in a month pay so many months later?

    Amounts are at the rates of their own month, so that cohorts add up to the whole. Retention is
    at constant exchange rates, account by account, point to point.
#}

with

compared as (

    select * from {{ ref('int_mrr_compared') }}

),

months as (

    select * from {{ ref('int_revenue_months') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

summed_to_cohort as (

    select
        base_month as cohort_month,
        month,
        count(*) as accounts,
        count(case when current_mrr_minor > 0 then 1 end) as paying_accounts,
        sum(base_mrr_minor) as starting_mrr,
        sum(current_mrr_minor) as current_mrr,
        cast(sum(base_mrr_minor + own_change_minor) as double) as kept_and_grown,
        cast(sum(greatest(base_mrr_minor + least(own_change_minor, 0), 0)) as double) as kept
    from compared
    where comparison = 'first_month'
    group by base_month, month

)

select
    cohorts.cohort_month,
    cast({{ periods_between('cohorts.cohort_month', 'cohorts.month', "'month'") }} as bigint)
        as months_since,
    cast(cohorts.accounts as bigint) as accounts,
    cast(cohorts.paying_accounts as bigint) as paying_accounts,
    cast(cohorts.starting_mrr * currency.minor_unit as decimal(18, 2)) as starting_mrr,
    cast(cohorts.current_mrr * currency.minor_unit as decimal(18, 2)) as current_mrr,
    case
        when months.is_complete
            then cohorts.kept_and_grown / nullif(cast(cohorts.starting_mrr as double), 0)
    end as nrr,
    case
        when months.is_complete
            then cohorts.kept / nullif(cast(cohorts.starting_mrr as double), 0)
    end as grr
from summed_to_cohort as cohorts
inner join months on cohorts.month = months.month
cross join reporting_currency as currency
