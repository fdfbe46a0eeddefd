{#-
    Joins each row of one relation with the next later row of another that agrees on the keys:
    `left` and `right` are names of relations, `left_at` and `right_at` their columns of time.
    To be written after `from`.
-#}
{% macro next_row(left, right, keys, left_at, right_at) -%}
    {{ return(adapter.dispatch('next_row', 'flywheel')(left, right, keys, left_at, right_at)) }}
{%- endmacro %}

{% macro default__next_row(left, right, keys, left_at, right_at) -%}
    {{ left }}
asof join {{ right }}
    on {% for key in keys %}{{ left }}.{{ key }} = {{ right }}.{{ key }} and {% endfor -%}
    {{ left }}.{{ left_at }} < {{ right }}.{{ right_at }}
{%- endmacro %}

{% macro spark__next_row(left, right, keys, left_at, right_at) -%}
    {{ left }}
inner join (
    select
        *,
        lag({{ right_at }}) over (
            partition by {{ keys | join(', ') }} order by {{ right_at }} asc
        ) as row_before_at
    from {{ right }}
) as {{ right }}
    on {% for key in keys %}{{ left }}.{{ key }} = {{ right }}.{{ key }} and {% endfor -%}
    {{ left }}.{{ left_at }} < {{ right }}.{{ right_at }}
    and ({{ right }}.row_before_at is null or {{ right }}.row_before_at <= {{ left }}.{{ left_at }})
{%- endmacro %}
