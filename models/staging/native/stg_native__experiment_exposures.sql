{# Reads the native stream experiment_exposures: exposures to experiments as landed. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    experiment,
    unit_type,
    unit_id,
    variant,
    exposed_at,
    extra
from {{ source('native', 'experiment_exposures') }}
