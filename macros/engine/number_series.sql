{#- One row per whole number from first to last, both included: use it in a select list. -#}
{% macro number_series(first, last) -%}
    {{ return(adapter.dispatch('number_series', 'flywheel')(first, last)) }}
{%- endmacro %}

{% macro default__number_series(first, last) -%}
    unnest(generate_series({{ first }}, {{ last }}))
{%- endmacro %}

{% macro spark__number_series(first, last) -%}
    explode(if(
        {{ first }} <= {{ last }},
        sequence(cast({{ first }} as bigint), cast({{ last }} as bigint)),
        array()
    ))
{%- endmacro %}
