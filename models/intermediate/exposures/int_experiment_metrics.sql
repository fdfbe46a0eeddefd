{#
    Reads the name of every metric of an experiment: `activation:<activation>`, `conversion`,
    `retention:<retention>:<period>`, `revenue` or `event:<event name>`.
#}

with

experiments as (

    select * from {{ ref('experiments') }}

),

first_words as (

    select
        experiments.*,
        split_part(metric, ':', 1) as kind,
        substring(metric, position(':' in metric) + 1) as rest
    from experiments

)

select
    experiment,
    metric,
    unit_type,
    control_variant,
    kind,
    case kind
        when 'retention' then split_part(rest, ':', 1)
        when 'activation' then rest
        when 'event' then rest
    end as definition,
    case
        when kind = 'retention'
            then try_cast(substring(rest, position(':' in rest) + 1) as bigint)
    end as period_number,
    kind = 'revenue' as is_amount,
    coalesce(within_days, {{ var('experiment_window_days') }}) as within_days,
    {{ local_to_utc('starts_on') }} as exposed_from,
    {{ local_to_utc("ends_on + interval '1' day") }} as exposed_before
from first_words
