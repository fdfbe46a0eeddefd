{#-
    The first local instant of the hour, day, week or month that holds a local time.
    `period` is one of these words or a column that holds one; weeks start on var week_starts_on.
-#}
{% macro period_start(local, period) -%}
    {%- set shift = '1' if var('week_starts_on') == 'sunday' else '0' -%}
    {%- set week -%}
        cast(date_trunc('week', {{ local }} + interval '{{ shift }}' day) as timestamp)
        - interval '{{ shift }}' day
    {%- endset -%}
    {%- if period == 'week' -%}
        ({{ week }})
    {%- elif period in ['hour', 'day', 'month'] -%}
        cast(date_trunc('{{ period }}', {{ local }}) as timestamp)
    {%- else -%}
        case {{ period }}
            when 'hour' then cast(date_trunc('hour', {{ local }}) as timestamp)
            when 'day' then cast(date_trunc('day', {{ local }}) as timestamp)
            when 'week' then {{ week }}
            when 'month' then cast(date_trunc('month', {{ local }}) as timestamp)
        end
    {%- endif -%}
{%- endmacro %}
