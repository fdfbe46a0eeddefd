{#-
    A time moved by a number of units; `unit` is a column that holds one of
    second, minute, hour, day, week, month. A month is a calendar month.
-#}
{% macro add_periods(moment, number, unit) -%}
    case {{ unit }}
        when 'second' then {{ moment }} + {{ number }} * interval '1' second
        when 'minute' then {{ moment }} + {{ number }} * interval '1' minute
        when 'hour' then {{ moment }} + {{ number }} * interval '1' hour
        when 'day' then {{ moment }} + {{ number }} * interval '1' day
        when 'week' then {{ moment }} + {{ number }} * interval '7' day
        when 'month' then {{ moment }} + {{ number }} * interval '1' month
    end
{%- endmacro %}
