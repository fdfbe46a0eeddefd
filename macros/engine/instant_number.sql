{#- An instant as a bigint: its microseconds since the beginning of 1970. -#}
{% macro instant_number(instant) -%}
    {{ return(adapter.dispatch('instant_number', 'flywheel')(instant)) }}
{%- endmacro %}

{% macro default__instant_number(instant) -%}
    epoch_us({{ instant }})
{%- endmacro %}

{% macro spark__instant_number(instant) -%}
    unix_micros({{ instant }})
{%- endmacro %}
