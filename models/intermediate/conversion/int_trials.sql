{#
    Finds the trials of accounts that did not pay yet, and whether each led to a payment.

    Trial stretches that follow each other without a break are one trial. It converts if the
    account pays when it ends, or begins to on the same day; what comes later is not the trial's.
#}

with

spans as (

    select * from {{ ref('int_subscription_spans') }}

),

paid_periods as (

    select * from {{ ref('int_paid_periods') }}

),

trial_spans as (

    select
        account_id,
        version_key,
        started_at,
        coalesce(ended_at, timestamp '9999-12-31 00:00:00') as ended_at
    from spans
    where is_trial and is_in_force and not is_internal

),

trial_spans_after_earlier_ones as (

    select
        trial_spans.*,
        max(ended_at) over (
            partition by account_id
            order by started_at, version_key
            rows between unbounded preceding and 1 preceding
        ) as tried_until
    from trial_spans

),

trial_spans_numbered as (

    select
        trial_spans_after_earlier_ones.*,
        sum(case when started_at <= tried_until then 0 else 1 end) over (
            partition by account_id order by started_at, version_key
            rows between unbounded preceding and current row
        ) as trial_number
    from trial_spans_after_earlier_ones

),

trials as (

    select
        account_id,
        min(started_at) as started_at,
        nullif(max(ended_at), timestamp '9999-12-31 00:00:00') as ended_at
    from trial_spans_numbered
    group by account_id, trial_number

),

trials_with_last_days as (

    select
        trials.*,
        {{ local_to_utc(
            period_start(utc_to_local('ended_at'), 'day') ~ " + interval '1' day"
        ) }} as day_ended_at
    from trials

),

trials_with_payments as (

    select
        trials.account_id,
        trials.started_at,
        trials.ended_at,
        max(
            case
                when
                    paid_periods.started_at <= trials.started_at
                    and (paid_periods.ended_at is null or paid_periods.ended_at > trials.started_at)
                    then 1
                else 0
            end
        ) as paid_before,
        max(
            case
                when
                    paid_periods.started_at < trials.day_ended_at
                    and (paid_periods.ended_at is null or paid_periods.ended_at > trials.ended_at)
                    then 1
                else 0
            end
        ) as paid_after
    from trials_with_last_days as trials
    left join paid_periods on trials.account_id = paid_periods.account_id
    group by trials.account_id, trials.started_at, trials.ended_at

)

select
    account_id,
    started_at,
    ended_at,
    paid_after = 1 as is_converted
from trials_with_payments
where paid_before = 0
