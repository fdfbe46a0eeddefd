{#-
    A JSON object without the top-level properties that hold personal data (var
    private_properties), or as it is where the company chose to publish them.
-#}
{% macro without_private_properties(properties) -%}
    {%- if var('publish_personal_data') -%}
        {{ properties }}
    {%- else -%}
        {{ return(adapter.dispatch('without_properties', 'flywheel')(properties, var('private_properties'))) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__without_properties(properties, keys) -%}
    case
        when
            {% for key in keys %}contains({{ properties }}, '"{{ key }}"'){{ ' or ' if not loop.last }}{% endfor %}
            then json_merge_patch(
                {{ properties }},
                '{ {%- for key in keys %}"{{ key }}": null{{ ', ' if not loop.last }}{% endfor -%} }'
            )
        else {{ properties }}
    end
{%- endmacro %}

{% macro spark__without_properties(properties, keys) -%}
    case
        when
            {% for key in keys %}contains({{ properties }}, '"{{ key }}"'){{ ' or ' if not loop.last }}{% endfor %}
            then {{ json_without(properties, keys) }}
        else {{ properties }}
    end
{%- endmacro %}
