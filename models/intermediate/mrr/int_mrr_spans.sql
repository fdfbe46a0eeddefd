{#
    Keeps the stretches that carry MRR, and carries an account over a gap in its payments no longer
    than the grace that settings allow: what it paid when the gap began goes on until it ends.
#}

with

spans as (

    select * from {{ ref('int_subscription_spans') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

spans_that_carry_mrr as (

    select *
    from spans
    where mrr_minor <> 0

),

spans_after_earlier_ones as (

    select
        revenue_account_id,
        version_key,
        started_at,
        ended_at,
        max(coalesce(ended_at, timestamp '9999-12-31 00:00:00')) over (
            partition by revenue_account_id
            order by started_at, version_key
            rows between unbounded preceding and 1 preceding
        ) as paid_until
    from spans_that_carry_mrr
    where mrr_minor > 0

),

gaps as (

    select
        spans_after_earlier_ones.revenue_account_id,
        spans_after_earlier_ones.paid_until as gap_started_at,
        spans_after_earlier_ones.started_at as gap_ended_at
    from spans_after_earlier_ones
    cross join settings
    where
        spans_after_earlier_ones.started_at > spans_after_earlier_ones.paid_until
        and spans_after_earlier_ones.started_at
        <= spans_after_earlier_ones.paid_until + settings.gap_grace_days * interval '1' day

)

select
    spans.version_key,
    spans.source_id,
    spans.subscription_id,
    spans.item_id,
    spans.account_id,
    spans.revenue_account_id,
    spans.is_internal,
    spans.plan,
    spans.currency,
    spans.started_at,
    coalesce(gaps.gap_ended_at, spans.ended_at) as ended_at,
    spans.mrr_minor
from spans_that_carry_mrr as spans
left join gaps
    on spans.revenue_account_id = gaps.revenue_account_id
    and spans.ended_at = gaps.gap_started_at
