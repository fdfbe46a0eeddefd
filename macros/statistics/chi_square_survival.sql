{#-
    The probability that chi-square with `df` degrees of freedom, a whole number up to 31, lies
    above x: the finite sums of Abramowitz and Stegun 26.4.4 and 26.4.5, exact but for normal_cdf.
-#}
{% macro chi_square_survival(x, df) -%}
    {%- set ns = namespace(even='1', odd='1') -%}
    {%- for k in range(14, 0, -1) -%}
        {%- set ns.even = '1 + case when ' ~ df ~ ' > ' ~ (2 * k) ~ ' then ' ~ x ~ ' / '
            ~ (2 * k) ~ 'e0 * (' ~ ns.even ~ ') else 0 end' -%}
        {%- set ns.odd = '1 + case when ' ~ df ~ ' > ' ~ (2 * k + 1) ~ ' then ' ~ x ~ ' / '
            ~ (2 * k + 1) ~ 'e0 * (' ~ ns.odd ~ ') else 0 end' -%}
    {%- endfor -%}
    case
        when {{ df }} between 1 and 31 and {{ df }} % 2 = 0
            then exp(-1 * {{ x }} / 2e0) * ({{ ns.even }})
        when {{ df }} between 1 and 31
            then
                2 * {{ normal_tail('sqrt(' ~ x ~ ')') }}
                + case
                    when {{ df }} > 1
                        then sqrt(2 * {{ x }} / pi()) * exp(-1 * {{ x }} / 2e0) * ({{ ns.odd }})
                    else 0
                end
    end
{%- endmacro %}
