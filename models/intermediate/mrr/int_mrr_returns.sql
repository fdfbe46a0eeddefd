{# Finds the instants at which an account paid again, and since when it had paid nothing. #}

with

spans as (

    select * from {{ ref('int_mrr_spans') }}

),

spans_after_earlier_ones as (

    select
        revenue_account_id,
        started_at,
        max(coalesce(ended_at, timestamp '9999-12-31 00:00:00')) over (
            partition by revenue_account_id
            order by started_at, version_key
            rows between unbounded preceding and 1 preceding
        ) as paid_until
    from spans
    where mrr_minor > 0

)

select
    revenue_account_id as account_id,
    paid_until as away_since,
    started_at as returned_at
from spans_after_earlier_ones
where started_at > paid_until
