{#- One row per time from first to last, both included, `step` apart ('1 day'): use it in a select list. -#}
{% macro series(first, last, step) -%}
    {{ return(adapter.dispatch('series', 'flywheel')(first, last, step)) }}
{%- endmacro %}

{% macro default__series(first, last, step) -%}
    unnest(generate_series({{ first }}, {{ last }}, interval '{{ step }}'))
{%- endmacro %}

{% macro spark__series(first, last, step) -%}
    explode(if(
        {{ first }} <= {{ last }},
        sequence({{ first }}, {{ last }}, interval '{{ step }}'),
        array()
    ))
{%- endmacro %}
