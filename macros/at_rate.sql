{#- An amount of minor units at an exchange rate between minor units, rounded once to whole steps. -#}
{% macro at_rate(amount, rate, settings) -%}
    {{ whole_steps(
        'cast(' ~ amount ~ ' as decimal(18, 4)) * ' ~ rate ~ ' * ' ~ settings ~ '.steps_a_minor_unit',
        settings
    ) }}
{%- endmacro %}
