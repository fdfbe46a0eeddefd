{#-
    The text of one property of a JSON object, its name held in a column or expression:
    the literal top-level key if there is one, else the name read as a dotted path.
-#}
{% macro json_property(properties, name) -%}
    {{ return(adapter.dispatch('json_property', 'flywheel')(properties, name)) }}
{%- endmacro %}

{% macro default__json_property(properties, name) -%}
    coalesce(
        json_extract_string({{ properties }}, '$."' || {{ name }} || '"'),
        json_extract_string({{ properties }}, '$."' || replace({{ name }}, '.', '"."') || '"')
    )
{%- endmacro %}

{% macro spark__json_property(properties, name) -%}
    coalesce(
        get_json_object({{ properties }}, concat('$[''', {{ name }}, ''']')),
        get_json_object({{ properties }}, concat('$.', {{ name }}))
    )
{%- endmacro %}
