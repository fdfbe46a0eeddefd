{#-
    The phi coefficient of a two-by-two table, as a double: of so many users, so many were exposed
    and so many had the outcome, and so many both. NULL where one of the four margins is empty.
-#}
{% macro phi_coefficient(users, exposed, positive, exposed_positive) -%}
    ((cast({{ users }} as double) * {{ exposed_positive }}
        - cast({{ exposed }} as double) * {{ positive }})
    / nullif(
        sqrt(cast({{ exposed }} as double) * ({{ users }} - {{ exposed }}))
        * sqrt(cast({{ positive }} as double) * ({{ users }} - {{ positive }})),
        0
    ))
{%- endmacro %}
