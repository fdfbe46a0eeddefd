{#- How many steps a funnel may have: the walk has a join for each, and `moment` room for them. -#}
{% macro funnel_step_limit() -%}
    {{ return(30) }}
{%- endmacro %}
