{#- A number for the rows of a group: another one as soon as a row, or a cell of one, is another. -#}
{% macro fingerprint(rows) -%}
    {{ return(adapter.dispatch('fingerprint', 'flywheel')(rows)) }}
{%- endmacro %}

{% macro default__fingerprint(rows) -%}
    bit_xor(hash({{ rows }}))
{%- endmacro %}

{% macro spark__fingerprint(rows) -%}
    bit_xor(xxhash64({{ rows }}.*))
{%- endmacro %}
