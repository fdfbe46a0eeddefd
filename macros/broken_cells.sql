{#-
  Selects each cell of a definition that breaks its column's rule, and each key said twice. Rules and
  key are in the `meta` of the definition's yml.
-#}
{% macro broken_cells(definition) %}
{%- set meta = graph.nodes['seed.flywheel.' ~ definition.identifier].config.meta if execute else {'key': ['key'], 'rules': {}} -%}
{%- set row = "concat_ws(' / ', cast(" ~ meta.key | join(" as string), cast(") ~ " as string))" -%}
{%- for column, rule in meta.rules.items() %}
select
    '{{ definition.identifier }}.csv' as file,
    {{ row }} as of_row,
    '{{ column }}' as broken_column,
    cast({{ column }} as string) as broken_value
from {{ definition }}
where coalesce(not ({{ rule }}), true)
union all
{%- endfor %}
select
    '{{ definition.identifier }}.csv' as file,
    {{ row }} as of_row,
    '{{ meta.key | join(', ') }}' as broken_column,
    'said ' || cast(count(*) as string) || ' times' as broken_value
from {{ definition }}
group by {{ meta.key | join(', ') }}
having count(*) > 1
{% endmacro %}
