{#- The value of one key of var `revenue` as SQL: what the company set, else the default. -#}
{% macro revenue_setting(key) -%}
    {%- set defaults = {
        'rounding_scale': 0, 'rounding_mode': 'half_up', 'movement_grain': 'account_month',
        'event_group_minutes': 60, 'account_grain': 'account', 'discounts': 'recurring',
        'metered': 'exclude', 'past_due_grace_days': none, 'paused': 'zero', 'known_at': none,
        'free_plan': 'churn', 'churn_recognition': 'service_end', 'gap_grace_days': 0,
        'reactivation_window_days': none, 'quick_ratio_reactivation': true,
        'conversion_window_days': 30, 'gross_margin': 0.8, 'cac_lag_months': 0,
        'fiscal_year_start_month': 1,
    } -%}
    {%- set value = (var('revenue') or {}).get(key, defaults[key]) -%}
    {%- if value is none -%} null
    {%- elif value is boolean or value is number -%} {{ value | lower }}
    {%- else -%} '{{ value }}'
    {%- endif -%}
{%- endmacro %}
