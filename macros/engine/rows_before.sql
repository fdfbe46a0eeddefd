{#-
    What this very model held after the last build, as a query; no rows where the build is not to
    start from that. Its columns are given with their types; `hash` is what `fingerprint` returns.
-#}
{% macro rows_before() -%}
    {{ return(adapter.dispatch('rows_before', 'flywheel')(kwargs)) }}
{%- endmacro %}

{% macro default__rows_before(columns) -%}
    {%- if execute and not should_full_refresh() and load_relation(this) %}
    select {{ columns | join(', ') }}
    from {{ this }}
    {%- else %}
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ 'ubigint' if type == 'hash' else type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- endif %}
{%- endmacro %}

{% macro spark__rows_before(columns) -%}
    select
        {%- for name, type in columns.items() %}
        cast(null as {{ 'bigint' if type == 'hash' else type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{%- endmacro %}
