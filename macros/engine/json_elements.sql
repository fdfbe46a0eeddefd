{#- One row per element of a JSON list, as JSON text: use it in a select list. -#}
{% macro json_elements(list) -%}
    {{ return(adapter.dispatch('json_elements', 'flywheel')(list)) }}
{%- endmacro %}

{% macro default__json_elements(list) -%}
    unnest(cast(from_json({{ list }}, '["json"]') as varchar[]))
{%- endmacro %}

{% macro spark__json_elements(list) -%}
    explode(transform(
        try_variant_get(try_parse_json({{ list }}), '$', 'array<variant>'),
        item -> nullif(to_json(item), 'null')
    ))
{%- endmacro %}
