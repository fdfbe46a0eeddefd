{#
    Takes traits apart and leaves each where it was news, so that a call that repeats what is known
    makes no version. What is only to be set once counts if nothing was said of it before.
#}

with

traits as (

    select * from {{ ref('int_vendor_traits') }}

),

traits_after_those_before as (

    select
        kind,
        id,
        is_once,
        traits,
        occurred_at,
        known_at,
        file_id,
        line_number,
        lag(traits) over (
            partition by kind, id, is_once
            order by occurred_at asc, known_at asc, file_id asc, line_number asc
        ) as traits_before
    from traits
    where id is not null and traits is not null

),

traits_apart as (

    select
        kind,
        id,
        is_once,
        occurred_at,
        known_at,
        file_id,
        line_number,
        {{ json_members('traits') }} as member
    from traits_after_those_before
    where traits_before is null or traits <> traits_before

),

values_in_order as (

    select
        kind,
        id,
        member.key as trait,
        member.value as trait_value,
        is_once,
        occurred_at,
        known_at,
        file_id,
        line_number,
        row_number() over (
            partition by kind, id, member.key
            order by occurred_at asc, is_once asc, known_at asc, file_id asc, line_number asc
        ) as place
    from traits_apart
    where member.value is not null and member.value <> 'null'

)

select
    kind,
    id,
    trait,
    trait_value,
    occurred_at,
    known_at,
    file_id,
    line_number
from values_in_order
where is_once = 0 or place = 1
