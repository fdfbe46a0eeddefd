-- Which invitations work, over the whole history.
select
    channel,
    invitations_sent,
    invitations_accepted,
    acceptance_rate,
    invited_sign_ups
from virality.virality_by_channel
order by invitations_sent desc, channel
