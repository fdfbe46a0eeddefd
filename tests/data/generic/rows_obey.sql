{#- Fails with every cell of a definition that breaks its column's rule, and with every key said twice. -#}
{% test rows_obey(model, key, rules) %}

{% for column, rule in rules.items() %}
select
    '{{ column }}' as broken_column,
    cast({{ column }} as string) as broken_value
from {{ model }}
where coalesce(not ({{ rule }}), true)
union all
{% endfor %}
select
    '{{ key | join(', ') }}' as broken_column,
    min(cast({{ key[0] }} as string)) as broken_value
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1

{% endtest %}
