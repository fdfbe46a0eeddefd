{#- The value of a polynomial at x, its coefficients given from the highest power down. -#}
{% macro polynomial(x, coefficients) -%}
    {%- for _ in coefficients[2:] -%} ( {%- endfor -%}
    {{ coefficients[0] }}
    {%- for coefficient in coefficients[1:] %} * {{ x }} + {{ coefficient }}{{ ')' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
