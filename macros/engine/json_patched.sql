{#- A JSON object with the members of another put over its own; a null there takes one away. -#}
{% macro json_patched(object, patch) -%}
    {{ return(adapter.dispatch('json_patched', 'flywheel')(object, patch)) }}
{%- endmacro %}

{% macro default__json_patched(object, patch) -%}
    cast(json_merge_patch({{ object }}, {{ patch }}) as varchar)
{%- endmacro %}

{% macro spark__json_patched(object, patch) -%}
    to_json(map_filter(
        map_concat(
            map_filter(
                from_json({{ object }}, 'map<string,string>'),
                (key, value) -> not map_contains_key(
                    from_json({{ patch }}, 'map<string,string>'), key
                )
            ),
            from_json({{ patch }}, 'map<string,string>')
        ),
        (key, value) -> value is not null
    ))
{%- endmacro %}
