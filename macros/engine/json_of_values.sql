{#- Spark: the JSON object with these keys, in their order, their values taken from a map of JSON text. -#}
{% macro json_of_values(keys, values) -%}
    '{' || array_join(transform(
        {{ keys }}, name -> {{ json_quoted('name') }} || ':' || {{ values }}[name]
    ), ',') || '}'
{%- endmacro %}
