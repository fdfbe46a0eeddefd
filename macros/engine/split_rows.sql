{#- One row per part of a text split at a one-letter separator: use it in a select list. -#}
{% macro split_rows(text, separator) -%}
    {{ return(adapter.dispatch('split_rows', 'flywheel')(text, separator)) }}
{%- endmacro %}

{% macro default__split_rows(text, separator) -%}
    unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__split_rows(text, separator) -%}
    explode(split({{ text }}, '[{{ separator }}]'))
{%- endmacro %}
