{#-
    The length of a rolling period in seconds or days: an hour, 24 hours, 7 or 30 days.
    `period` is a column that holds hour, day, week or month; `unit` is 'second' or 'day'.
-#}
{% macro period_length(period, unit) -%}
    {%- set seconds = {'second': 1, 'day': 86400}[unit] -%}
    (case {{ period }}
        when 'hour' then 3600
        when 'day' then 86400
        when 'week' then 604800
        when 'month' then 2592000
    end / cast({{ seconds }} as double))
{%- endmacro %}
