{#- Stops the run with a message, given as an SQL text. Use it as a branch of a case. -#}
{% macro stop_run(message) -%}
    {{ return(adapter.dispatch('stop_run', 'flywheel')(message)) }}
{%- endmacro %}

{% macro default__stop_run(message) -%}
    error({{ message }})
{%- endmacro %}

{% macro spark__stop_run(message) -%}
    raise_error({{ message }})
{%- endmacro %}
