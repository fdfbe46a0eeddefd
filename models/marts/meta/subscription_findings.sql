{# Which landed subscription versions are odd, and which were left out of every number for it? #}

with

findings as (

    select * from {{ ref('int_subscription_findings') }}

),

versions as (

    select * from {{ ref('int_subscription_versions_distinct') }}

),

landed_files as (

    select * from {{ ref('int_landed_files') }}

)

select
    cast(findings.finding as string) as finding,
    findings.is_set_aside,
    cast(versions.source_id as string) as source_id,
    cast(versions.subscription_id as string) as subscription_id,
    cast(versions.item_id as string) as item_id,
    cast(versions.account_id as string) as account_id,
    cast(versions.started_at as timestamp) as started_at,
    cast(versions.ended_at as timestamp) as ended_at,
    cast(landed_files.file_path as string) as file_path,
    cast(versions.line_number as bigint) as line_number
from findings
inner join versions on findings.version_key = versions.version_key
left join landed_files on versions.file_id = landed_files.file_id
