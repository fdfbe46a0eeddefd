{#
    Lists the moments at which something new was learned of an actor who could be a lead: his
    first look, and each signal when it first fired; and all who could be a lead now.

    The past is parted in time. Weights are learned from the earlier moments alone, whose outcomes
    were all in before the later ones began, and judged on the later: no rule is judged on the
    data that suggested it. Whose outcome came in after the split belongs to neither part.
#}

with

outcomes as (

    select * from {{ ref('int_lead_outcomes') }}
    where kind in ('first_look', 'firing')

),

pql_models as (

    select * from {{ ref('pql_models') }}

),

population as (

    select * from {{ ref('int_lead_population') }}

),

actor_terms as (

    select * from {{ ref('int_actor_terms') }}
    where kind = 'paid'

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

moments as (

    select distinct
        model,
        actor_id,
        happened_at as seen_at,
        is_converted
    from outcomes
    where is_mature

),

moments_numbered as (

    select
        model,
        seen_at,
        row_number() over (partition by model order by seen_at asc, actor_id asc) as number,
        count(*) over (partition by model) as moments
    from moments

),

splits as (

    select
        model,
        min(seen_at) as split_at
    from moments_numbered
    where number + number > moments
    group by model

)

select
    moments.model,
    moments.actor_id,
    moments.seen_at,
    moments.is_converted,
    splits.split_at,
    case
        when moments.seen_at >= splits.split_at then 'later'
        when
            moments.seen_at + pql_models.conversion_days * interval '1' day <= splits.split_at
            then 'earlier'
    end as part
from moments
inner join splits on moments.model = splits.model
inner join pql_models on moments.model = pql_models.model
union all
select
    population.model,
    population.actor_id,
    as_of.as_of as seen_at,
    cast(null as boolean) as is_converted,
    cast(null as timestamp) as split_at,
    'now' as part
from population
cross join as_of
inner join pql_models on population.model = pql_models.model
left join actor_terms
    on pql_models.grain = actor_terms.grain
    and population.actor_id = actor_terms.actor_id
    and as_of.as_of >= actor_terms.known_from
    and as_of.as_of < actor_terms.known_to
where (actor_terms.actor_id is not null) = (pql_models.target = 'expansion')
