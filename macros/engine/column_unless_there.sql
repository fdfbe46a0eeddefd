{#- A statement that adds an empty column to the seed it follows, where the file left it out. -#}
{% macro column_unless_there(name, type) -%}
    {{ return(adapter.dispatch('column_unless_there', 'flywheel')(name, type)) }}
{%- endmacro %}

{% macro default__column_unless_there(name, type) -%}
    alter table {{ this }} add column if not exists {{ name }} {{ type }}
{%- endmacro %}

{% macro spark__column_unless_there(name, type) -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- if name in columns -%} select 1
    {%- else -%} alter table {{ this }} add columns ({{ name }} {{ type }})
    {%- endif -%}
{%- endmacro %}
