{#
    How many of those who looked signed up, of those who asked for the price paid, and how many
    did the new ones bring? Rates of the week in which somebody was first seen, showed intent or
    signed up.

    Only mature ones count; a week without any has no row. Where a funnel is named, the rates of
    visitors and of price readers are that funnel's, from its first step to its last.
#}

with

visitors as (

    select * from {{ ref('int_visitors') }}

),

prospects as (

    select * from {{ ref('int_prospects') }}

),

funnel_by_cohort as (

    select * from {{ ref('funnel_by_cohort') }}

),

virality_by_week as (

    select * from {{ ref('virality_by_week') }}

),

measures_of_funnels as (

    select distinct
        measure,
        definition as funnel
    from {{ ref('int_scorecard_metrics') }}
    where measure in ('visit_to_sign_up_rate', 'pricing_to_paid_rate')

),

funnels_from_end_to_end as (

    select
        funnel,
        cohort_week,
        max(case when step_number = 1 then mature_actors end) as base,
        max_by(rate_from_start, step_number) as value
    from funnel_by_cohort
    group by funnel, cohort_week

)

select
    'visit_to_sign_up_rate' as measure,
    cast(null as string) as definition,
    cohort_week as week,
    cast(count(*) as double) as base,
    avg(case when has_signed_up then 1e0 else 0 end) as value
from visitors
where is_mature
group by cohort_week
union all
select
    'pricing_to_paid_rate' as measure,
    null as definition,
    cohort_week as week,
    count(*) as base,
    avg(case when has_paid then 1e0 else 0 end) as value
from prospects
where is_mature
group by cohort_week
union all
select
    measures_of_funnels.measure,
    funnels.funnel as definition,
    funnels.cohort_week as week,
    funnels.base,
    funnels.value
from funnels_from_end_to_end as funnels
inner join measures_of_funnels on funnels.funnel = measures_of_funnels.funnel
where funnels.value is not null
union all
select
    'k_factor' as measure,
    null as definition,
    cohort_week as week,
    users as base,
    k_factor as value
from virality_by_week
where is_mature
union all
select
    'invitation_acceptance_rate' as measure,
    null as definition,
    cohort_week as week,
    invitations_sent as base,
    acceptance_rate as value
from virality_by_week
where acceptance_rate is not null
