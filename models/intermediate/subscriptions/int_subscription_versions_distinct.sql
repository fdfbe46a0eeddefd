{#
    Keeps one row of each subscription version: of those known in time, the one recorded last.

    A row is known from `recorded_at`, else from its start. Copies recorded at one instant: the
    file landed last counts, within a file the order of lines never matters.
#}

with

subscription_versions as (

    select * from {{ ref('int_subscription_versions_landed') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

settings as (

    select * from {{ ref('int_revenue_settings') }}

),

versions_with_gaps_filled as (

    select
        version_key,
        source_id,
        file_id,
        line_number,
        subscription_id,
        item_id,
        account_id,
        plan,
        upper(currency) as currency,
        amount_minor,
        lower(billing_interval) as billing_interval,
        coalesce(interval_count, 1) as interval_count,
        coalesce(quantity, 1) as quantity,
        lower(coalesce(status, 'active')) as status,
        coalesce(metered, false) as is_metered,
        coalesce(discount_percent, 0) as discount_percent,
        coalesce(discount_amount_minor, 0) as discount_amount_minor,
        lower(coalesce(
            discount_duration,
            case when discount_ends_at is null then 'forever' else 'repeating' end
        )) as discount_duration,
        discount_ends_at,
        started_at,
        ended_at,
        trial_end,
        canceled_at,
        past_due_since,
        recorded_at,
        coalesce(recorded_at, started_at) as known_at,
        concat_ws(
            '|', account_id, plan, currency, amount_minor, billing_interval, interval_count,
            quantity, status, metered, discount_percent, discount_amount_minor, discount_duration,
            discount_ends_at, ended_at, trial_end, canceled_at, past_due_since
        ) as content
    from subscription_versions

),

versions_known_in_time as (

    select versions_with_gaps_filled.*
    from versions_with_gaps_filled
    cross join as_of
    cross join settings
    where
        versions_with_gaps_filled.known_at < as_of.as_of
        and (
            settings.known_at is null
            or cast({{ utc_to_local('versions_with_gaps_filled.known_at') }} as date)
            <= settings.known_at
        )

),

versions_by_recency as (

    select
        versions_known_in_time.*,
        row_number() over (
            partition by source_id, subscription_id, coalesce(item_id, ''), started_at
            order by
                recorded_at desc nulls last,
                file_id desc,
                content desc,
                line_number asc,
                version_key asc
        ) as recency
    from versions_known_in_time

)

select versions_by_recency.*
from versions_by_recency
where recency = 1
