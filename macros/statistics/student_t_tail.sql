{#-
    The probability that Student's t lies further from 0 than t, on either side: the p-value.
    `df`, the degrees of freedom, may be any number from 1 on. The recurrence of the incomplete
    beta function (DLMF 8.17.20) raises them by 16; what is left there is Hill's normal deviate
    (Algorithm 395, 1970). To 5e-8.
-#}
{% macro student_t_tail(t, df) -%}
    {%- set outside = '(' ~ df ~ ' / (' ~ df ~ ' + ' ~ t ~ ' * ' ~ t ~ '))' -%}
    {%- set half = '(' ~ df ~ ' / 2e0 + 8)' -%}
    {%- set ns = namespace(steps='0') -%}
    {%- for k in range(8) -%}
        {%- set ns.steps = '(' ~ df ~ ' + ' ~ (2 * k + 2) ~ ') / (' ~ df ~ ' + ' ~ (2 * k + 1)
            ~ ') * (' ~ ns.steps ~ ' + power(' ~ outside ~ ', ' ~ k ~ '))' -%}
    {%- endfor -%}
    {%- set a = '(' ~ df ~ ' + 15.5)' -%}
    {%- set b = '(48 * ' ~ a ~ ' * ' ~ a ~ ')' -%}
    {%- set y = '(' ~ a ~ ' * ln(1 + ' ~ t ~ ' * ' ~ t ~ ' / ' ~ df ~ '))' -%}
    {%- set deviate -%}
        (-1 * sqrt({{ y }}) * (
            (({{ polynomial(y, [-0.4, -3.3, -24, -85.5]) }})
            / (0.8 * {{ y }} * {{ y }} + 100 + {{ b }}) + {{ y }} + 3) / {{ b }} + 1
        ))
    {%- endset -%}
    (
        power({{ outside }}, {{ df }} / 2e0) * sqrt((1 - {{ outside }}) / pi())
        * {{ gamma_ratio(half) }} / {{ half }} * ({{ ns.steps }})
        + 2 * ({{ normal_cdf(deviate) }})
    )
{%- endmacro %}
