{#- How much of Student's t lies at or below t. See student_t_tail. -#}
{% macro student_t_cdf(t, df) -%}
    case
        when {{ t }} > 0 then 1 - {{ student_t_tail(t, df) }} / 2
        else {{ student_t_tail(t, df) }} / 2
    end
{%- endmacro %}
