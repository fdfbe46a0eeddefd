{# Reads what became of each lead on its way to each destination. #}

select
    model,
    actor_id,
    qualification,
    account_id,
    destination,
    state,
    delivered_at
from {{ source('routing', 'handoffs') }}
