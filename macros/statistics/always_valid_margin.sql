{#-
    Half the width of an interval that holds however often one looks: the asymptotic confidence
    sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024, theorem 2.2), at its
    narrowest when so many units are in as `tuned_units` says.
-#}
{% macro always_valid_margin(standard_error, units, tuned_units, confidence) -%}
    {%- set logs = '(-2 * ln(1 - ' ~ confidence ~ 'e0))' -%}
    {%- set weight = '(' ~ units ~ ' * (' ~ logs ~ ' + ln(' ~ logs ~ ') + 1) / ' ~ tuned_units ~ ')' -%}
    ({{ standard_error }} * sqrt(
        ({{ weight }} + 1) / {{ weight }} * (ln({{ weight }} + 1) + {{ logs }})
    ))
{%- endmacro %}
