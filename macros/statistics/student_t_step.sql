{#-
    How far from 0 Student's t stays, on either side, with the given confidence: one step of
    Newton's method from a guess, on the logarithms of t and of its tail. From student_t_guess,
    two steps come within 2e-7 of the value, from 1 degree of freedom on.
-#}
{% macro student_t_step(guess, confidence, df) -%}
    {%- set tail = student_t_tail(guess, df) -%}
    {%- set half = '(' ~ df ~ ' / 2e0 + 8)' -%}
    {%- set ns = namespace(ratio=gamma_ratio(half)) -%}
    {%- for k in range(8) -%}
        {%- set ns.ratio = ns.ratio ~ ' * (' ~ df ~ ' + ' ~ (2 * k) ~ ') / (' ~ df ~ ' + '
            ~ (2 * k + 1) ~ ')' -%}
    {%- endfor -%}
    ({{ guess }} * exp(
        ln({{ tail }} / (1 - {{ confidence }})) * {{ tail }}
        * sqrt({{ df }} * pi())
        * power(1 + {{ guess }} * {{ guess }} / {{ df }}, ({{ df }} + 1) / 2e0)
        / (2 * {{ guess }} * {{ ns.ratio }})
    ))
{%- endmacro %}
