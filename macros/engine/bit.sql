{#- The bigint in which only the bit of that number, from 1, is set: a set of one. -#}
{% macro bit(number) -%}
    {{ return(adapter.dispatch('bit', 'flywheel')(number)) }}
{%- endmacro %}

{% macro default__bit(number) -%}
    (cast(1 as bigint) << cast({{ number }} - 1 as int))
{%- endmacro %}

{% macro spark__bit(number) -%}
    shiftleft(cast(1 as bigint), cast({{ number }} - 1 as int))
{%- endmacro %}
