{#- An instant as JSON text, ISO 8601 in UTC to the microsecond; null for NULL. -#}
{% macro json_instant(instant) -%}
    {{ return(adapter.dispatch('json_instant', 'flywheel')(instant)) }}
{%- endmacro %}

{% macro default__json_instant(instant) -%}
    coalesce('"' || strftime({{ instant }}, '%Y-%m-%dT%H:%M:%S.%fZ') || '"', 'null')
{%- endmacro %}

{% macro spark__json_instant(instant) -%}
    coalesce('"' || date_format({{ instant }}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'") || '"', 'null')
{%- endmacro %}
