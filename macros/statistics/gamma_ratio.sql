{#-
    The gamma function at z + 1/2 over the gamma function at z, for z from 8 on: the series of
    Abramowitz and Stegun 6.1.47, to 1e-9 of the value.
-#}
{% macro gamma_ratio(z) -%}
    sqrt({{ z }}) * ({{ polynomial('(1 / ' ~ z ~ ')', [
        0.0002071857452393, -0.00152206420898, -0.000640869140625, 0.0048828125, 0.0078125,
        -0.125, 1,
    ]) }})
{%- endmacro %}
