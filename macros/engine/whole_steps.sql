{#-
    A number of rounding steps made whole, in minor units. `settings` names a table with the
    columns of int_revenue_settings: half_up rounds away from zero, half_even to the even step.
-#}
{% macro whole_steps(number, settings) -%}
    {{ return(adapter.dispatch('whole_steps', 'flywheel')(number, settings)) }}
{%- endmacro %}

{% macro default__whole_steps(number, settings) -%}
    cast(cast(
        case
            when {{ settings }}.rounding_mode = 'half_even' then round_even({{ number }}, 0)
            else round({{ number }})
        end as decimal(30, 0)
    ) * {{ settings }}.minor_units_a_step as decimal(38, 4))
{%- endmacro %}

{% macro spark__whole_steps(number, settings) -%}
    cast(cast(
        case
            when {{ settings }}.rounding_mode = 'half_even' then bround({{ number }})
            else round({{ number }})
        end as decimal(30, 0)
    ) * {{ settings }}.minor_units_a_step as decimal(38, 4))
{%- endmacro %}
