{#-
  Fails when the named columns do not identify a row, the grain a model promises, and on every row
  of which a stated truth is not true; each failing row says which of these it breaks.
-#}
{% test one_row_per(model, columns, holds=[]) %}

with repeated as (

    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1

)

{% if not holds -%}
select * from repeated
{%- else -%}
select
    'one row per {{ columns | join(', ') }}' as broken_rule,
    tested.*
from {{ model }} as tested
inner join repeated
    on {% for column in columns -%}
        tested.{{ column }} is not distinct from repeated.{{ column }}
        {%- if not loop.last %} and {% endif %}
    {%- endfor %}
{%- for truth in holds %}
union all
select
    '{{ truth | replace("'", "''") }}' as broken_rule,
    tested.*
from {{ model }} as tested
where not ({{ truth }})
{%- endfor %}
{%- endif %}

{% endtest %}
