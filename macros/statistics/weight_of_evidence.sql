{#-
    The logarithm of how much more often something is found with those who convert than with those
    who do not, from four counts as doubles; NULL where one of them never had it.
-#}
{% macro weight_of_evidence(converted, having, converted_without, without) -%}
    ln(
        nullif({{ converted }} / nullif({{ converted }} + {{ converted_without }}, 0), 0)
        / nullif(
            ({{ having }} - {{ converted }}) / nullif(
                {{ having }} - {{ converted }} + {{ without }} - {{ converted_without }}, 0
            ), 0
        )
    )
{%- endmacro %}
