{#
    Asks of every comparison whether the variants differed before anybody saw them. As several are
    looked at, each p-value is multiplied by their number in the experiment (Bonferroni).
#}

with

variant_comparisons as (

    select * from {{ ref('int_variant_comparisons') }}

),

errors_away as (

    select
        experiment,
        metric,
        variant,
        difference_before,
        difference_before / nullif(standard_error_before, 0) as errors_away
    from variant_comparisons

),

p_values as (

    select
        experiment,
        metric,
        variant,
        difference_before,
        {{ two_sided_p_value('errors_away') }}
        * count(errors_away) over (partition by experiment) as p_value
    from errors_away

)

select
    experiment,
    metric,
    variant,
    difference_before,
    least(p_value, 1) as p_value,
    row_number() over (
        partition by experiment
        order by p_value asc, metric asc, variant asc
    ) as unlikeness
from p_values
where p_value is not null
