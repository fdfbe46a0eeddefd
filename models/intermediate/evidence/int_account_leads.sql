{#
    Rolls leads and present scores up to accounts: the model whose line the account is nearest to,
    how often it or one of its users qualified, and how near its users are now.
#}

with

pql_models as (

    select * from {{ ref('pql_models') }}

),

scores as (

    select * from {{ ref('int_snapshot_scores') }}
    where part = 'now'

),

score_bands as (

    select * from {{ ref('int_score_bands') }}
    where score_name = 'learned'

),

actors as (

    select * from {{ ref('int_lead_actors') }}

),

leads as (

    select * from {{ ref('int_leads') }}

),

scores_of_accounts as (

    select
        actors.account_id,
        actors.actor_id,
        pql_models.grain,
        pql_models.model,
        scores.points,
        pql_models.qualifying_points,
        max_by(score_bands.band_rate, score_bands.score) as learned_rate
    from scores
    inner join pql_models on scores.model = pql_models.model
    inner join actors
        on pql_models.grain = actors.grain
        and scores.actor_id = actors.actor_id
    left join score_bands
        on scores.model = score_bands.model
        and scores.learned_score >= score_bands.score
    where actors.account_id is not null
    group by
        actors.account_id, actors.actor_id, pql_models.grain, pql_models.model, scores.points,
        pql_models.qualifying_points

),

scores_by_nearness as (

    select
        scores_of_accounts.*,
        row_number() over (
            partition by account_id, grain
            order by points / nullif(qualifying_points, 0) desc, model asc, actor_id asc
        ) as nearness
    from scores_of_accounts

),

leads_counted as (

    select
        account_id,
        count(*) as leads,
        count(distinct case when grain = 'user' then actor_id end) as users_qualified,
        max(qualified_at) as last_lead_at
    from leads
    group by account_id

)

select
    actors.account_id,
    nearest.model,
    nearest.points,
    nearest.qualifying_points as points_needed,
    nearest.learned_rate,
    nearest_user.actor_id as nearest_user_id,
    nearest_user.points as nearest_user_points,
    nearest_user.qualifying_points as nearest_user_points_needed,
    coalesce(leads_counted.leads, 0) as leads,
    coalesce(leads_counted.users_qualified, 0) as users_qualified,
    leads_counted.last_lead_at
from actors
left join scores_by_nearness as nearest
    on actors.account_id = nearest.account_id
    and nearest.grain = 'account'
    and nearest.nearness = 1
left join scores_by_nearness as nearest_user
    on actors.account_id = nearest_user.account_id
    and nearest_user.grain = 'user'
    and nearest_user.nearness = 1
left join leads_counted on actors.account_id = leads_counted.account_id
where actors.grain = 'account'
