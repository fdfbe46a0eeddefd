{#- How much of a standard normal variable lies at or below x. See normal_tail. -#}
{% macro normal_cdf(x) -%}
    {%- set tail = normal_tail('abs(cast(' ~ x ~ ' as double))') -%}
    case when {{ x }} > 0 then 1 - {{ tail }} else {{ tail }} end
{%- endmacro %}
