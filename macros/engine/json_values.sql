{#- Spark: the members of a JSON object as a map from key to JSON text; NULL where it is none. -#}
{% macro json_values(object) -%}
    transform_values(
        try_variant_get(try_parse_json({{ object }}), '$', 'map<string, variant>'),
        (key, value) -> to_json(value)
    )
{%- endmacro %}
