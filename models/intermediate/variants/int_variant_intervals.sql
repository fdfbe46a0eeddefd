{#
    Turns the distance between variant and control into intervals and p-values: normal for a yes
    or no, Student's with Welch's degrees of freedom for an amount.
#}

with

variant_comparisons as (

    select * from {{ ref('int_variant_comparisons') }}

),

with_normal_deviate as (

    select
        variant_comparisons.*,
        {{ two_sided_deviate(var('experiment_confidence')) }} as normal_deviate,
        difference / nullif(standard_error_if_alike, 0) as errors_away
    from variant_comparisons

),

with_student_guess as (

    select
        with_normal_deviate.*,
        {{ student_t_guess('normal_deviate', 'degrees_of_freedom') }} as student_guess
    from with_normal_deviate

),

with_student_nearer as (

    select
        with_student_guess.*,
        {{ student_t_step(
            'student_guess', var('experiment_confidence'), 'degrees_of_freedom'
        ) }} as student_nearer
    from with_student_guess

),

with_deviate as (

    select
        with_student_nearer.*,
        case
            when is_amount
                then {{ student_t_step(
                    'student_nearer', var('experiment_confidence'), 'degrees_of_freedom'
                ) }}
            else normal_deviate
        end as deviate
    from with_student_nearer

),

compared as (

    select
        with_deviate.*,
        case
            when is_amount then {{ student_t_tail('errors_away', 'degrees_of_freedom') }}
            else {{ two_sided_p_value('errors_away') }}
        end as p_value,
        case when standard_error = 0 then 0 else deviate * standard_error end as margin,
        {{ always_valid_margin(
            'standard_error',
            'mature_units',
            var('experiment_tuned_units'),
            var('experiment_confidence')
        ) }} as always_valid_margin,
        normal_deviate * standard_error_adjusted as margin_adjusted
    from with_deviate

)

select
    experiment,
    metric,
    variant,
    control_mean,
    difference,
    margin,
    p_value,
    case when always_valid_margin < margin then margin else always_valid_margin end
        as always_valid_margin,
    difference_adjusted,
    margin_adjusted
from compared
