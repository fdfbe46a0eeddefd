{#- How often a year a billing interval is charged; 0 if it does not recur. -#}
{% macro times_per_year(billing_interval) -%}
    case {{ billing_interval }}
        when 'day' then 365
        when 'week' then 52
        when 'month' then 12
        when 'quarter' then 4
        when 'year' then 1
        else 0
    end
{%- endmacro %}
