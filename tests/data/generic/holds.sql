{#- Fails on every row where a stated truth about that row is not true. -#}
{% test holds(model, that) %}

select *
from {{ model }}
where not ({{ that }})

{% endtest %}
