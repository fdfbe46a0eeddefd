{#- The instant that a text means, ISO 8601 (UTC without an offset) or epoch seconds; else NULL. -#}
{% macro instant_of_text(text) -%}
    {{ return(adapter.dispatch('instant_of_text', 'flywheel')(text)) }}
{%- endmacro %}

{% macro default__instant_of_text(text) -%}
    coalesce(
        timezone('UTC', try_cast({{ text }} as timestamptz)),
        make_timestamp(try_cast(try_cast({{ text }} as decimal(28, 6)) * 1000000 as bigint))
    )
{%- endmacro %}

{% macro spark__instant_of_text(text) -%}
    coalesce(
        try_to_timestamp({{ text }}),
        timestamp_micros(try_cast(try_cast({{ text }} as decimal(28, 6)) * 1000000 as bigint))
    )
{%- endmacro %}
