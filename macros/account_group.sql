{#- The group type that the `sources` setting names as a source's account; else NULL. -#}
{% macro account_group(source_id) -%}
    {%- set declared = namespace(branches='') -%}
    {%- for name, setting in (var('sources') or {}).items() if (setting or {}).get('account_group') -%}
        {%- set branch = " when '" ~ name ~ "' then '" ~ setting['account_group'] ~ "'" -%}
        {%- set declared.branches = declared.branches ~ branch -%}
    {%- endfor -%}
    {%- if declared.branches -%}
        case {{ source_id }}{{ declared.branches }} end
    {%- else -%}
        cast(null as string)
    {%- endif -%}
{%- endmacro %}
