{#-
    How much of a standard normal variable lies above z, for z from 0 on. Hart's rational
    approximation (Computer Approximations, 1968, as given by West, 2005), to 1e-15.
-#}
{% macro normal_tail(z) -%}
    (exp(-1 * {{ z }} * {{ z }} / 2) * ({{ polynomial(z, [
        0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383,
        112.079291497871, 221.213596169931, 220.206867912376,
    ]) }}) / ({{ polynomial(z, [
        0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461,
        296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
    ]) }}))
{%- endmacro %}
