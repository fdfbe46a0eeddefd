{#- The instant of a number of milliseconds since 1970, given as text; NULL where it is none. -#}
{% macro instant_of_milliseconds(text) -%}
    {{ return(adapter.dispatch('instant_of_milliseconds', 'flywheel')(text)) }}
{%- endmacro %}

{% macro default__instant_of_milliseconds(text) -%}
    make_timestamp(try_cast(try_cast({{ text }} as decimal(28, 3)) * 1000 as bigint))
{%- endmacro %}

{% macro spark__instant_of_milliseconds(text) -%}
    timestamp_micros(try_cast(try_cast({{ text }} as decimal(28, 3)) * 1000 as bigint))
{%- endmacro %}
