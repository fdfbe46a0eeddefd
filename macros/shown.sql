{#- A number as people read it: rounded, without the zeros at the end. -#}
{% macro shown(number, digits=2) -%}
    trim(trailing '.' from trim(
        trailing '0' from cast(cast({{ number }} as decimal(18, {{ digits }})) as string)
    ))
{%- endmacro %}
