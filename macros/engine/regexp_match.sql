{#- Does a text contain a match of a regular expression? Case counts. -#}
{% macro regexp_match(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_match', 'flywheel')(text, pattern)) }}
{%- endmacro %}

{% macro default__regexp_match(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regexp_match(text, pattern) -%}
    ({{ text }} rlike {{ pattern }})
{%- endmacro %}
