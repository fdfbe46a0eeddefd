{# Reads the native stream invitations: invitations as landed. #}

select
    -- origin
    source_id,
    file_id,
    line_number,

    -- content
    invitation_id,
    inviter_user_id,
    sent_at,
    account_id,
    channel,
    invitee_key,
    accepted_at,
    accepted_user_id,
    extra
from {{ source('native', 'invitations') }}
