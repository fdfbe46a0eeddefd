{#- How far from 0 a standard normal variable stays, on either side, with the given confidence. -#}
{% macro two_sided_deviate(confidence) -%}
    {{ normal_quantile('((1 + ' ~ confidence ~ ') / 2e0)') }}
{%- endmacro %}
