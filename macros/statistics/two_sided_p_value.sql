{#- The probability that a standard normal variable lies further from 0 than z, on either side. -#}
{% macro two_sided_p_value(z) -%}
    (2 * {{ normal_tail('abs(cast(' ~ z ~ ' as double))') }})
{%- endmacro %}
