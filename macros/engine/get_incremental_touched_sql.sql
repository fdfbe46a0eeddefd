{#-
    The strategy of `kept` models: rows of touched actors leave, and those made anew come in.
    A model without a unique key holds nobody but the touched, for models further on that are kept.
-#}
{% macro get_incremental_touched_sql(arguments) %}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    {%- set rows = touched(arguments.unique_key) if arguments.unique_key else 'true' %}
    delete from {{ arguments.target_relation }} where {{ rows }};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }} where {{ rows }}
{% endmacro %}
