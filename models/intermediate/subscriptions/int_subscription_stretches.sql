{#
    Cuts every version where what it is worth may change: at the end of its trial, of its discount
    and of its counting (past-due grace over; cancelled, where churn counts from the request).
#}

with

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

versions_with_ends as (

    select
        versions.version_key,
        versions.started_at,
        versions.ended_at,
        versions.trial_end,
        case
            when settings.discounts = 'none' then versions.started_at
            when settings.discounts = 'forever' and versions.discount_duration <> 'forever'
                then versions.started_at
            when versions.discount_duration <> 'once' then versions.discount_ends_at
            when settings.discounts <> 'all' then versions.started_at
            else coalesce(
                versions.discount_ends_at,
                {{ add_billing_intervals(
                    'versions.started_at',
                    'cast(versions.interval_count as int)',
                    'versions.billing_interval'
                ) }}
            )
        end as discounted_until,
        least(
            case
                when settings.churn_recognition = 'cancel_request' then versions.canceled_at
            end,
            case
                when versions.status = 'past_due'
                    then
                        coalesce(versions.past_due_since, versions.started_at)
                        + settings.past_due_grace_days * interval '1' day
            end
        ) as counted_until
    from versions
    cross join settings

),

cuts as (

    select
        version_key,
        started_at as cut_at
    from versions_with_ends
    union
    select
        version_key,
        trial_end as cut_at
    from versions_with_ends
    where trial_end > started_at and (ended_at is null or trial_end < ended_at)
    union
    select
        version_key,
        discounted_until as cut_at
    from versions_with_ends
    where discounted_until > started_at and (ended_at is null or discounted_until < ended_at)
    union
    select
        version_key,
        counted_until as cut_at
    from versions_with_ends
    where counted_until > started_at and (ended_at is null or counted_until < ended_at)

)

select
    cuts.version_key,
    cuts.cut_at as started_at,
    coalesce(
        lead(cuts.cut_at) over (partition by cuts.version_key order by cuts.cut_at),
        versions.ended_at
    ) as ended_at,
    coalesce(
        cuts.cut_at < versions.trial_end,
        versions.status = 'trialing' and versions.trial_end is null
    ) as is_trial,
    coalesce(cuts.cut_at < versions_with_ends.discounted_until, true) as is_discounted,
    coalesce(cuts.cut_at < versions_with_ends.counted_until, true) as is_counted
from cuts
inner join versions on cuts.version_key = versions.version_key
inner join versions_with_ends on cuts.version_key = versions_with_ends.version_key
