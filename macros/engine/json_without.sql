{#- A JSON object without the named top-level keys. -#}
{% macro json_without(object, keys) -%}
    {{ return(adapter.dispatch('json_without', 'flywheel')(object, keys)) }}
{%- endmacro %}

{% macro default__json_without(object, keys) -%}
    case
        when {{ object }} is not null then cast(json_merge_patch(
            {{ object }},
            '{ {%- for key in keys %}"{{ key }}": null{{ ', ' if not loop.last }}{% endfor -%} }'
        ) as varchar)
    end
{%- endmacro %}

{% macro spark__json_without(object, keys) -%}
    transform(
        array({{ json_values(object) }}),
        members -> {{ json_of_values(
            "filter(json_object_keys(" ~ object ~ "), name -> name not in ('" ~ keys | join("', '") ~ "'))",
            'members'
        ) }}
    )[0]
{%- endmacro %}
