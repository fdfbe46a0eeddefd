{#- Aggregates texts to one text, in the order of the given keys; the keys must not be NULL. -#}
{% macro ordered_list(text, keys, separator) -%}
    {{ return(adapter.dispatch('ordered_list', 'flywheel')(text, keys, separator)) }}
{%- endmacro %}

{% macro default__ordered_list(text, keys, separator) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ keys | join(', ') }})
{%- endmacro %}

{% macro spark__ordered_list(text, keys, separator) -%}
    array_join(transform(array_sort(collect_list(named_struct(
        {%- for key in keys %}'key_{{ loop.index }}', {{ key }}, {% endfor -%}
        'text', {{ text }}))), item -> item.text), '{{ separator }}')
{%- endmacro %}
