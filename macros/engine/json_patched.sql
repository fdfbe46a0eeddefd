{#- A JSON object with the members of another put over its own; a null there takes one away. -#}
{% macro json_patched(object, patch) -%}
    {{ return(adapter.dispatch('json_patched', 'flywheel')(object, patch)) }}
{%- endmacro %}

{% macro default__json_patched(object, patch) -%}
    cast(json_merge_patch({{ object }}, {{ patch }}) as varchar)
{%- endmacro %}

{% macro spark__json_patched(object, patch) -%}
    transform(
        array(named_struct('old', {{ json_values(object) }}, 'new', {{ json_values(patch) }})),
        both -> case
            when both.new is null then {{ patch }}
            else {{ json_of_values(
                "concat(
                    filter(
                        coalesce(json_object_keys(" ~ object ~ "), array()),
                        name -> both.new[name] is null
                    ),
                    filter(json_object_keys(" ~ patch ~ "), name -> both.new[name] <> 'null')
                )",
                'map_concat(map_filter(both.old, (name, old) -> both.new[name] is null), both.new)'
            ) }}
        end
    )[0]
{%- endmacro %}
