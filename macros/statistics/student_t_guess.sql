{#-
    A first guess at how far from 0 Student's t stays, made from z, as far as a normal variable
    stays with the same confidence: Cornish and Fisher's series (Abramowitz and Stegun 26.7.5).
-#}
{% macro student_t_guess(z, df) -%}
    {%- set square = '(' ~ z ~ ' * ' ~ z ~ ')' -%}
    ({{ z }} * (
        1 + ({{ square }} + 1) / (4e0 * {{ df }})
        + ({{ polynomial(square, [5, 16, 3]) }}) / (96e0 * {{ df }} * {{ df }})
        + ({{ polynomial(square, [3, 19, 17, -15]) }}) / (384e0 * {{ df }} * {{ df }} * {{ df }})
    ))
{%- endmacro %}
