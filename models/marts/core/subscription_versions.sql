{# What was sold to whom, from when to when, for how much a month, and which landed line says so? #}

with

versions as (

    select * from {{ ref('int_subscription_versions') }}

),

amounts as (

    select * from {{ ref('int_subscription_amounts') }}

),

landed_files as (

    select * from {{ ref('int_landed_files') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

stretches_by_recency as (

    select
        amounts.version_key,
        amounts.mrr_minor,
        amounts.gross_mrr_minor,
        row_number() over (
            partition by amounts.version_key
            order by
                case when amounts.started_at < as_of.as_of then 0 else 1 end asc,
                case
                    when amounts.started_at < as_of.as_of
                        then {{ seconds_between('amounts.started_at', 'as_of.as_of') }}
                    else {{ seconds_between('as_of.as_of', 'amounts.started_at') }}
                end asc
        ) as recency
    from amounts
    cross join as_of

)

select
    cast(versions.source_id as string) as source_id,
    cast(versions.subscription_id as string) as subscription_id,
    cast(versions.item_id as string) as item_id,
    cast(versions.account_id as string) as account_id,
    cast(versions.plan as string) as plan,
    cast(versions.status as string) as status,
    cast(versions.currency as string) as currency,
    cast(versions.quantity as decimal(18, 6)) as quantity,
    cast(versions.billing_interval as string) as billing_interval,
    cast(versions.interval_count as bigint) as interval_count,
    cast(versions.started_at as timestamp) as started_at,
    cast(versions.ended_at as timestamp) as ended_at,
    cast(versions.trial_end as timestamp) as trial_end,
    cast(versions.recorded_at as timestamp) as recorded_at,
    stretches_by_recency.mrr_minor,
    stretches_by_recency.gross_mrr_minor,
    cast(landed_files.file_path as string) as file_path,
    cast(versions.line_number as bigint) as line_number,
    cast(versions.file_id as bigint) as file_id
from versions
inner join stretches_by_recency
    on versions.version_key = stretches_by_recency.version_key
    and stretches_by_recency.recency = 1
left join landed_files on versions.file_id = landed_files.file_id
