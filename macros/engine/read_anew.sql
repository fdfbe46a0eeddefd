{#-
    Follows the name of a step that is read more than once, where reading its tables again is cheaper
    than keeping its rows: DuckDB would keep them all, whatever each reader leaves out.
-#}
{% macro read_anew() -%}
    {{ return(adapter.dispatch('read_anew', 'flywheel')()) }}
{%- endmacro %}

{% macro default__read_anew() -%}
    as not materialized
{%- endmacro %}

{% macro spark__read_anew() -%}
    as
{%- endmacro %}
