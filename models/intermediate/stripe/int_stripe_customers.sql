{#
    Says which account each Stripe customer is: the one its metadata names, else the customer
    itself. The latest of what the export and the events say counts; who was deleted stays one.
#}

with

customers as (

    select * from {{ ref('stg_stripe__customers') }}

),

events as (

    select * from {{ ref('stg_stripe__events') }}

),

customers_told as (

    select
        source_id,
        file_id,
        line_number,
        customer_id,
        object,
        cast(null as timestamp) as recorded_at
    from customers
    union all
    select
        source_id,
        file_id,
        line_number,
        {{ json_text('object', 'id') }} as customer_id,
        object,
        recorded_at
    from events
    where event_type in ('customer.created', 'customer.updated')

),

customers_by_recency as (

    select
        customers_told.*,
        row_number() over (
            partition by source_id, customer_id
            order by
                case when {{ json_text('object', 'deleted') }} = 'true' then 1 else 0 end asc,
                recorded_at desc nulls first,
                file_id desc,
                line_number desc
        ) as recency
    from customers_told

)

select
    source_id,
    file_id,
    line_number,
    customer_id,
    coalesce({{ json_text(json_text('object', 'metadata'), 'account_id') }}, customer_id)
        as account_id,
    coalesce(
        {{ instant_of_text(json_text('object', 'created')) }}, timestamp '1970-01-01 00:00:00'
    ) as created_at,
    '{' || '"name":' || {{ json_quoted(json_text('object', 'name')) }} || ',"country":'
    || {{ json_quoted(json_text(json_text('object', 'address'), 'country')) }} || '}' as traits
from customers_by_recency
where recency = 1
