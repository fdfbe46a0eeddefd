{#- How many weeks the average month of the calendar has, as a double. -#}
{% macro weeks_in_a_month() -%}
    (365.25e0 / 84)
{%- endmacro %}
