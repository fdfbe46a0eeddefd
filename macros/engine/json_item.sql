{#-
    The text of one item of a list that a JSON object holds, its name held in an expression, items
    counted from 0; where there is no list but a single value, that value is item 0.
-#}
{% macro json_item(properties, name, position=0) -%}
    {{ return(adapter.dispatch('json_item', 'flywheel')(properties, name, position)) }}
{%- endmacro %}

{% macro default__json_item(properties, name, position) -%}
    case
        when json_type({{ properties }}, '$."' || {{ name }} || '"') = 'ARRAY'
            then json_extract_string({{ properties }}, '$."' || {{ name }} || '"[{{ position }}]')
        {%- if position == 0 %}
        else json_extract_string({{ properties }}, '$."' || {{ name }} || '"')
        {%- endif %}
    end
{%- endmacro %}

{% macro spark__json_item(properties, name, position) -%}
    coalesce(
        get_json_object({{ properties }}, concat('$[''', {{ name }}, '''][{{ position }}]'))
        {%- if position == 0 %},
        get_json_object({{ properties }}, concat('$[''', {{ name }}, ''']'))
        {%- endif %}
    )
{%- endmacro %}
