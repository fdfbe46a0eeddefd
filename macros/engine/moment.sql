{#-
    A place in the course of events as one bigint: the instant, and within it the place of a step,
    0 to 63. Events of one instant happened in the order of the steps they serve.
-#}
{% macro moment(instant, place) -%}
    ({{ instant_number(instant) }} * 64 + {{ place }})
{%- endmacro %}
