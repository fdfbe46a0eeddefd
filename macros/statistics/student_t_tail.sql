{#-
    The probability that Student's t lies further from 0 than t, on either side: the p-value.
    `df`, the degrees of freedom, may be any number from 1 on. The recurrence of the incomplete
    beta function (DLMF 8.17.20) raises them by 16; there the density is integrated by Gauss and
    Legendre's rule with sixteen points, up to seven standard deviations. To 1e-9.
-#}
{% macro student_t_tail(t, df) -%}
    {%- set outside = '(' ~ df ~ ' / (' ~ df ~ ' + ' ~ t ~ ' * ' ~ t ~ '))' -%}
    {%- set half = '(' ~ df ~ ' / 2e0 + 8)' -%}
    {%- set ns = namespace(steps='0') -%}
    {%- for k in range(8) -%}
        {%- set ns.steps = '(' ~ df ~ ' + ' ~ (2 * k + 2) ~ ') / (' ~ df ~ ' + ' ~ (2 * k + 1)
            ~ ') * (' ~ ns.steps ~ ' + power(' ~ outside ~ ', ' ~ k ~ '))' -%}
    {%- endfor -%}
    {%- set angle = 'least(atan(abs(' ~ t ~ ') / sqrt(' ~ df ~ ')), 7 / sqrt(' ~ df ~ ' + 16))' -%}
    abs(1 + {{ gamma_ratio(half) }} / sqrt(pi()) * (
        power({{ outside }}, {{ df }} / 2e0) * sqrt(1 - {{ outside }}) / {{ half }} * ({{ ns.steps }})
        - {{ angle }} * (0
        {%- for place, weight in [
            (0.005299532504175, 0.027152459411754), (0.027712488463384, 0.062253523938647),
            (0.067184398806084, 0.095158511682493), (0.122297795822498, 0.124628971255534),
            (0.191061877798678, 0.149595988816577), (0.270991611171386, 0.169156519395003),
            (0.359198224610371, 0.182603415044924), (0.452493745081181, 0.189450610455069),
        ] %}
            + {{ weight }} * (
                power(cos({{ place }} * {{ angle }}), {{ df }} + 15)
                + power(cos((1 - {{ place }}) * {{ angle }}), {{ df }} + 15)
            )
        {%- endfor %}
        )
    ))
{%- endmacro %}
