{#-
    The number by which a text is compared as more or less than another: the number it writes,
    else the seconds of the moment it writes, else NULL.
-#}
{% macro ordering_number(text) -%}
    coalesce(
        try_cast({{ text }} as double),
        {{ seconds_between("timestamp '1970-01-01 00:00:00'", 'try_cast(' ~ text ~ ' as timestamp)') }}
    )
{%- endmacro %}
