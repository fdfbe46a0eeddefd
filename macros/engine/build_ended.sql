{#-
    Writes down how a build ended and what it made: only a whole and tested one is published. On
    Spark `flywheel run` does that; here the views and definitions that are published become files.
-#}
{% macro build_ended(results) %}
    {{- return(adapter.dispatch('build_ended', 'flywheel')(results)) -}}
{% endmacro %}

{% macro default__build_ended(results) %}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed') %}
    {%- set kinds = ['model', 'seed', 'test'] %}
    {%- set all = graph.nodes.values() | selectattr('resource_type', 'in', kinds) | selectattr('config.enabled') | rejectattr('config.materialized', 'eq', 'ephemeral') | list %}
    {%- set good = results | selectattr('status', 'in', ['success', 'pass', 'warn', 'no-op']) | list %}
    {%- set done = good | map(attribute='node.unique_id') | list %}
    {%- set undone = all | map(attribute='unique_id') | reject('in', done) | list %}
    {%- set tables = all | selectattr('unique_id', 'in', done) | rejectattr('resource_type', 'eq', 'test') %}
    update {{ target.database }}.meta.builds
    set
        ended_at = '{{ modules.datetime.datetime.now(modules.pytz.utc) }}',
        state = '{{ "failed" if good | length < results | length else "partial" if undone else "whole" }}',
        models = {{ good | selectattr('node.resource_type', 'eq', 'model') | list | length }},
        tests = {{ good | selectattr('node.resource_type', 'eq', 'test') | list | length }},
        relations = '{{ tojson(tables | map(attribute="relation_name") | list) }}'
    where invocation_id = '{{ invocation_id }}'
    {%- if not undone and good | length == results | length and 'model.flywheel.int_touched' in done %};
    {#- whom nothing is known of any more is not remembered once all is made without him #}
    delete from {{ target.database }}.intermediate.int_touched where fingerprint is null
    {%- endif %}
    {%- endif %}
{% endmacro %}

{% macro spark__build_ended(results) %}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed') %}
    {%- do run_query('create schema if not exists published') %}
    {%- for result in results if result.status == 'success' %}
    {%- set node = result.node %}
    {%- set is_shown = node.resource_type == 'seed' or node.fqn[1] == 'marts' %}
    {%- if is_shown and node.config.materialized != 'table' %}
    {%- set copy = 'published.' ~ node.schema ~ '__' ~ node.alias %}
    {%- do run_query('drop table if exists ' ~ copy) %}
    {%- do run_query('create table ' ~ copy ~ ' using parquet as select * from ' ~ node.relation_name) %}
    {%- endif %}
    {%- endfor %}
    {%- endif %}
{% endmacro %}
