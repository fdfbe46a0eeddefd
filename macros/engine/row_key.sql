{#- One bigint for a landed row: the file's number, then the line's, which stays below 2^32. -#}
{% macro row_key(file_id, line_number) -%}
    ({{ file_id }} * 4294967296 + {{ line_number }})
{%- endmacro %}
