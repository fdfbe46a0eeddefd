{#-
    Aggregates rows to the text of a JSON list of objects, in the order of the given keys, which
    must not be NULL. `fields` maps each object's keys to expressions.
-#}
{% macro json_objects(fields, keys) -%}
    {{ return(adapter.dispatch('json_objects', 'flywheel')(fields, keys)) }}
{%- endmacro %}

{% macro default__json_objects(fields, keys) -%}
    cast(to_json(list(
        struct_pack({% for name, value in fields.items() %}{{ name }} := {{ value }}{{ ', ' if not loop.last }}{% endfor %})
        order by {{ keys | join(', ') }}
    )) as varchar)
{%- endmacro %}

{% macro spark__json_objects(fields, keys) -%}
    to_json(transform(array_sort(collect_list(named_struct(
        {%- for key in keys %}'key_{{ loop.index }}', {{ key }}, {% endfor -%}
        'object', named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
    ))), item -> item.object), map('ignoreNullFields', 'false'))
{%- endmacro %}
