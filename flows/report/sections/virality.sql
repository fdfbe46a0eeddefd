-- Do users bring users? By sign-up week of the last half year.
select
    cohort_week,
    users,
    invitations_sent,
    invitations_accepted,
    invited_sign_ups,
    acceptance_rate,
    k_factor,
    loop_share,
    is_mature
from virality.virality_by_week
where cohort_week > (
    select max(cohort_week) - interval 26 week
    from virality.virality_by_week
)
order by cohort_week
