{#-
    Whether the row of this id is to be made anew; all are where the model is built as a whole, and
    in a unit test, which has no `this`.
    The column's name tells whose id it is: person_id or user_id, account_id, or the actor_id of
    either; under a grain all sessions are touched. A walker of funnels is, but for those who
    are known and whom nothing new touches.
-#}
{% macro touched(column) -%}
    {%- if execute and not (this and is_incremental()) -%} true
    {%- else -%}
    {%- set people = 'select person_id from ' ~ ref('int_touched') ~ ' where is_person_touched' -%}
    {%- set accounts = 'select account_id from ' ~ ref('int_touched') ~ ' where is_account_touched' -%}
    {%- set actors = people ~ ' union all ' ~ accounts -%}
    {%- set name = column if column is string else column | join('.') -%}
    {%- set kind = name.split('.') | last -%}
    {%- if name == 'grain.actor_id' -%} (grain = 'session' or actor_id in ({{ actors }}))
    {%- elif kind == 'walker' -%}
    {{ column }} not in (
        select walker from {{ ref('int_funnel_walkers') }}
        where grain <> 'session' and actor_id not in ({{ actors }})
    )
    {%- else -%}
    {%- set of = {'person_id': people, 'user_id': people, 'account_id': accounts, 'actor_id': actors} -%}
    coalesce({{ column }}, '') in ({{ of[kind] }})
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}
