{#
    Describes an account at a moment: plan, recurring revenue, people and use, and what a deal with
    it may be worth a month.

    A deal is worth what the account pays; of one that does not pay, its people times what a
    person was worth when the accounts before it began to pay, which is unknown for the very first.
#}

with

account_usage as (

    select * from {{ ref('int_account_usage') }}

),

actor_terms as (

    select * from {{ ref('int_actor_terms') }}

),

mrr_changes as (

    select * from {{ ref('int_mrr_changes') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

minor_units as (

    select cast(rpad('1', cast(exponent + 1 as int), '0') as double) as minor_units
    from currencies
    where currency = '{{ var("reporting_currency") }}'

),

mrr_by_moment as (

    select
        account_usage.account_id,
        account_usage.seen_at,
        max_by(cast(mrr_changes.mrr_minor as double), mrr_changes.changed_at)
        / nullif(min(minor_units.minor_units), 0) as mrr
    from account_usage
    cross join minor_units
    inner join mrr_changes
        on account_usage.account_id = mrr_changes.account_id
        and account_usage.seen_at >= mrr_changes.changed_at
    group by account_usage.account_id, account_usage.seen_at

),

contexts as (

    select
        account_usage.*,
        plans.plan,
        coalesce(mrr_by_moment.mrr, 0) as mrr,
        case when paid_periods.account_id is not null then mrr_by_moment.mrr end as first_mrr,
        case when paid_periods.account_id is not null then account_usage.members end
            as first_members
    from account_usage
    left join actor_terms as plans
        on plans.grain = 'account'
        and plans.kind = 'plan'
        and account_usage.account_id = plans.actor_id
        and account_usage.seen_at >= plans.known_from
        and account_usage.seen_at < plans.known_to
    left join mrr_by_moment
        on account_usage.account_id = mrr_by_moment.account_id
        and account_usage.seen_at = mrr_by_moment.seen_at
    left join paid_periods
        on account_usage.account_id = paid_periods.account_id
        and account_usage.seen_at = paid_periods.started_at

),

contexts_with_worth_of_a_person as (

    select
        contexts.*,
        sum(first_mrr) over (order by seen_at asc, account_id asc)
        / nullif(sum(first_members) over (order by seen_at asc, account_id asc), 0)
            as mrr_of_a_person
    from contexts

)

select
    account_id,
    seen_at,
    plan,
    members,
    active_users_28d,
    features_used_28d,
    uses_28d,
    uses_28d_before,
    cast(mrr as decimal(18, 2)) as mrr,
    cast(
        case when mrr > 0 then mrr else greatest(members, 1) * mrr_of_a_person end
        as decimal(18, 2)
    ) as deal_size
from contexts_with_worth_of_a_person
