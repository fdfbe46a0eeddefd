{#- A moment so many billing intervals later, by the calendar; NULL if the interval does not recur. -#}
{% macro add_billing_intervals(moment, number, billing_interval) -%}
    case {{ billing_interval }}
        when 'day' then {{ moment }} + {{ number }} * interval '1' day
        when 'week' then {{ moment }} + {{ number }} * interval '7' day
        when 'month' then {{ moment }} + {{ number }} * interval '1' month
        when 'quarter' then {{ moment }} + {{ number }} * interval '3' month
        when 'year' then {{ moment }} + {{ number }} * interval '12' month
    end
{%- endmacro %}
