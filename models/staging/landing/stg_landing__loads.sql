{# Reads the ledger of landed files. #}

select
    file_id,
    source_id,
    stream,
    file_path,
    state,
    loaded_at
from {{ source('landing', 'loads') }}
