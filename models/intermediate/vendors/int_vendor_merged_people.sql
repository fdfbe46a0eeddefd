{#
    Gives the devices of Amplitude's persons who were merged away to the user of the person who
    stays, over up to two mergings.
#}

with

merged_ids as (

    select * from {{ ref('stg_amplitude__merged_ids') }}

),

vendor_records as (

    select * from {{ ref('int_vendor_records') }}

),

merged_people as (

    select
        near.source_id,
        near.from_person_id,
        coalesce(far.person_id, near.person_id) as person_id,
        near.merged_at
    from merged_ids as near
    left join merged_ids as far
        on near.source_id = far.source_id
        and near.person_id = far.from_person_id

),

ids_of_people as (

    select distinct
        source_id,
        person_id,
        anonymous_id,
        user_id
    from vendor_records
    where person_id is not null

)

select distinct
    'identify' as kind,
    merged_people.merged_at as linked_at,
    merged_away.anonymous_id as from_id,
    kept.user_id
from merged_people
inner join ids_of_people as merged_away
    on merged_people.source_id = merged_away.source_id
    and merged_people.from_person_id = merged_away.person_id
    and merged_away.user_id is null
inner join ids_of_people as kept
    on merged_people.source_id = kept.source_id
    and merged_people.person_id = kept.person_id
    and kept.user_id is not null
