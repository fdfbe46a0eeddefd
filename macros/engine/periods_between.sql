{#-
    How many local periods lie between two period starts; `period` is a column that holds
    hour, day, week or month. Counted on the calendar, so daylight-saving days are one day.
-#}
{% macro periods_between(earlier, later, period) -%}
    {{ return(adapter.dispatch('periods_between', 'flywheel')(earlier, later, period)) }}
{%- endmacro %}

{% macro default__periods_between(earlier, later, period) -%}
    case {{ period }}
        when 'hour' then date_diff('hour', {{ earlier }}, {{ later }})
        when 'day' then date_diff('day', {{ earlier }}, {{ later }})
        when 'week' then date_diff('day', {{ earlier }}, {{ later }}) // 7
        when 'month' then date_diff('month', {{ earlier }}, {{ later }})
    end
{%- endmacro %}

{% macro spark__periods_between(earlier, later, period) -%}
    case {{ period }}
        when 'hour' then (
            unix_seconds(cast({{ later }} as timestamp)) - unix_seconds(cast({{ earlier }} as timestamp))
        ) div 3600
        when 'day' then datediff({{ later }}, {{ earlier }})
        when 'week' then datediff({{ later }}, {{ earlier }}) div 7
        when 'month' then (year({{ later }}) - year({{ earlier }})) * 12
            + month({{ later }}) - month({{ earlier }})
    end
{%- endmacro %}
