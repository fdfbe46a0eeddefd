{#- A text as JSON writes it: in double quotes, escaped; null for NULL. -#}
{% macro json_quoted(text) -%}
    {{ return(adapter.dispatch('json_quoted', 'flywheel')(text)) }}
{%- endmacro %}

{% macro default__json_quoted(text) -%}
    coalesce(cast(to_json({{ text }}) as string), 'null')
{%- endmacro %}

{% macro spark__json_quoted(text) -%}
    coalesce(regexp_extract(to_json(array({{ text }})), '^.(.*).$', 1), 'null')
{%- endmacro %}
