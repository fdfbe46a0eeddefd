{#-
    The value below which a standard normal variable lies with the given probability, strictly
    between 0 and 1. Acklam's rational approximation (2003), to 1.2e-9 of the value.
-#}
{% macro normal_quantile(probability) -%}
    {%- set p = 'cast(' ~ probability ~ ' as double)' -%}
    {%- set from_middle = '(' ~ p ~ ' - 0.5)' -%}
    {%- set square = '(' ~ from_middle ~ ' * ' ~ from_middle ~ ')' -%}
    {%- set depth = 'sqrt(-2 * ln(least(' ~ p ~ ', 1 - ' ~ p ~ ')))' -%}
    case
        when abs({{ from_middle }}) <= 0.47575 then {{ from_middle }} * ({{ polynomial(square, [
            -39.69683028665376, 220.9460984245205, -275.9285104469687,
            138.357751867269, -30.66479806614716, 2.506628277459239,
        ]) }}) / ({{ polynomial(square, [
            -54.47609879822406, 161.5858368580409, -155.6989798598866,
            66.80131188771972, -13.28068155288572, 1,
        ]) }})
        else sign({{ from_middle }}) * -1 * ({{ polynomial(depth, [
            -0.007784894002430293, -0.3223964580411365, -2.400758277161838,
            -2.549732539343734, 4.374664141464968, 2.938163982698783,
        ]) }}) / ({{ polynomial(depth, [
            0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1,
        ]) }})
    end
{%- endmacro %}
