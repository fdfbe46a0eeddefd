{#- Fails with every cell of a definition that breaks its column's rule, and names the column. -#}
{% test rows_obey(model, rules) %}

{% for column, rule in rules.items() %}
select
    '{{ column }}' as broken_column,
    cast({{ column }} as string) as broken_value
from {{ model }}
where coalesce(not ({{ rule }}), true)
{{ 'union all' if not loop.last }}
{% endfor %}

{% endtest %}
