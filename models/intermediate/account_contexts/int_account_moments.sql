{#
    Lists the moments at which an account is described: whenever a lead of it qualified, whenever
    it began to pay, and now.
#}

with

outcomes as (

    select * from {{ ref('int_lead_outcomes') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

)

select
    account_id,
    happened_at as seen_at
from outcomes
where kind = 'qualification' and account_id is not null
union
select
    account_id,
    started_at as seen_at
from paid_periods
union
select
    accounts.account_id,
    as_of.as_of as seen_at
from accounts
cross join as_of
