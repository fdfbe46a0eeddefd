{#- The text of one top-level property of a JSON object; NULL if it is missing. -#}
{% macro json_text(properties, key) -%}
    {{ return(adapter.dispatch('json_text', 'flywheel')(properties, key)) }}
{%- endmacro %}

{% macro default__json_text(properties, key) -%}
    json_extract_string({{ properties }}, '$."{{ key }}"')
{%- endmacro %}

{% macro spark__json_text(properties, key) -%}
    get_json_object({{ properties }}, "$['{{ key }}']")
{%- endmacro %}
