{#-
    How a model is materialized that keeps its rows from build to build, and of which only those
    of touched actors are made anew. Spark, for the time being, makes all of it.
-#}
{% macro kept() -%}
    {{ return(adapter.dispatch('kept', 'flywheel')()) }}
{%- endmacro %}

{% macro default__kept() -%}
    {{ return('incremental') }}
{%- endmacro %}

{% macro spark__kept() -%}
    {{ return('table') }}
{%- endmacro %}
