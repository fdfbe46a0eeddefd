{#- The days from one instant to another in multiples of 24 hours, with fractions, as a double. -#}
{% macro days_between(earlier, later) -%}
    ({{ seconds_between(earlier, later) }} / 86400)
{%- endmacro %}
