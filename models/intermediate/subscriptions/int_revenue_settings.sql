{# Reads the settings of revenue, var `revenue` over its defaults, as typed columns. #}

select
    -- money: a minor unit is rounded to so many steps, each so large
    cast(rpad('1', {{ revenue_setting('rounding_scale') }} + 1, '0') as bigint)
        as steps_a_minor_unit,
    cast(
        1 / cast(rpad('1', {{ revenue_setting('rounding_scale') }} + 1, '0') as double)
        as decimal(5, 4)
    ) as minor_units_a_step,
    cast({{ revenue_setting('rounding_mode') }} as string) as rounding_mode,

    -- what counts in MRR
    cast({{ revenue_setting('discounts') }} as string) as discounts,
    cast({{ revenue_setting('metered') }} as string) as metered,
    cast({{ revenue_setting('past_due_grace_days') }} as double) as past_due_grace_days,
    cast({{ revenue_setting('paused') }} as string) as paused,
    cast({{ revenue_setting('churn_recognition') }} as string) as churn_recognition,
    cast({{ revenue_setting('gap_grace_days') }} as double) as gap_grace_days,
    cast({{ revenue_setting('known_at') }} as date) as known_at,

    -- movements
    cast({{ revenue_setting('account_grain') }} as string) as account_grain,
    cast({{ revenue_setting('movement_grain') }} as string) as movement_grain,
    cast({{ revenue_setting('event_group_minutes') }} as int) as event_group_minutes,
    cast({{ revenue_setting('free_plan') }} as string) as free_plan,
    cast({{ revenue_setting('reactivation_window_days') }} as double) as reactivation_window_days,
    cast({{ revenue_setting('quick_ratio_reactivation') }} as boolean)
        as quick_ratio_reactivation,

    -- conversion and economics
    cast({{ revenue_setting('conversion_window_days') }} as double) as conversion_window_days,
    cast({{ revenue_setting('gross_margin') }} as double) as gross_margin,
    cast({{ revenue_setting('cac_lag_months') }} as int) as cac_lag_months,
    cast({{ revenue_setting('fiscal_year_start_month') }} as int) as fiscal_year_start_month
