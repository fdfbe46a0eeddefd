{#- The instant in UTC at which clocks in the reporting time zone showed a local time. -#}
{% macro local_to_utc(local) -%}
    {%- if var('reporting_time_zone') == 'UTC' -%}
        cast({{ local }} as timestamp)
    {%- else -%}
        {{ return(adapter.dispatch('local_to_utc', 'flywheel')(local, var('reporting_time_zone'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__local_to_utc(local, zone) -%}
    timezone('UTC', timezone('{{ zone }}', cast({{ local }} as timestamp)))
{%- endmacro %}

{% macro spark__local_to_utc(local, zone) -%}
    cast(to_utc_timestamp({{ local }}, '{{ zone }}') as timestamp)
{%- endmacro %}
