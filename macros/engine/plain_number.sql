{#- A number as text, without a decimal point where it is whole. -#}
{% macro plain_number(number) -%}
    case
        when {{ number }} = floor({{ number }}) then cast(cast({{ number }} as bigint) as string)
        else cast(round({{ number }}, 4) as string)
    end
{%- endmacro %}
