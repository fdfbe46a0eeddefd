{#- A JSON object without the named top-level keys. -#}
{% macro json_without(object, keys) -%}
    {{ return(adapter.dispatch('json_without', 'flywheel')(object, keys)) }}
{%- endmacro %}

{% macro default__json_without(object, keys) -%}
    cast(json_merge_patch(
        {{ object }},
        '{ {%- for key in keys %}"{{ key }}": null{{ ', ' if not loop.last }}{% endfor -%} }'
    ) as varchar)
{%- endmacro %}

{% macro spark__json_without(object, keys) -%}
    to_json(map_filter(
        from_json({{ object }}, 'map<string,string>'),
        (key, value) -> not array_contains(array(
            {%- for key in keys %}'{{ key }}'{{ ', ' if not loop.last }}{% endfor -%}
        ), key)
    ))
{%- endmacro %}
