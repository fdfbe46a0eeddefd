{#-
    One row per member of a JSON object, with the fields key (text) and value (JSON text): use it
    in a select list.
-#}
{% macro json_members(object) -%}
    {{ return(adapter.dispatch('json_members', 'flywheel')(object)) }}
{%- endmacro %}

{% macro default__json_members(object) -%}
    unnest(list_transform(
        list_filter(json_keys({{ object }}), lambda name: not contains(name, '"')),
        lambda name: struct_pack(
            key := name,
            value := cast(json_extract({{ object }}, '$."' || name || '"') as varchar)
        )
    ))
{%- endmacro %}

{% macro spark__json_members(object) -%}
    explode(filter(map_entries({{ json_values(object) }}), member -> not contains(member.key, '"')))
{%- endmacro %}
