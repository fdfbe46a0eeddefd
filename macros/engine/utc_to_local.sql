{#- The wall-clock time in the reporting time zone of an instant in UTC. -#}
{% macro utc_to_local(instant) -%}
    {%- if var('reporting_time_zone') == 'UTC' -%}
        cast({{ instant }} as timestamp)
    {%- else -%}
        {{ return(adapter.dispatch('utc_to_local', 'flywheel')(instant, var('reporting_time_zone'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__utc_to_local(instant, zone) -%}
    timezone('{{ zone }}', timezone('UTC', cast({{ instant }} as timestamp)))
{%- endmacro %}

{% macro spark__utc_to_local(instant, zone) -%}
    cast(from_utc_timestamp({{ instant }}, '{{ zone }}') as timestamp)
{%- endmacro %}
