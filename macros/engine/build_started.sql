{#-
    Writes down that a build begins, and from what; until it has ended well, nothing may be published. On Spark,
    whose builds `flywheel run` writes down, what landed is Parquet, and becomes tables here.
-#}
{% macro build_started() %}
    {{- return(adapter.dispatch('build_started', 'flywheel')()) -}}
{% endmacro %}

{% macro default__build_started() %}
    {%- if flags.WHICH in ('build', 'run', 'seed') %}
    {%- set builds = target.database ~ '.meta.builds' %}
    create schema if not exists {{ target.database }}.meta;
    create table if not exists {{ builds }} (
        invocation_id varchar, command varchar, started_at timestamp, ended_at timestamp,
        state varchar, models bigint, tests bigint, relations varchar
    );
    comment on table {{ builds }} is 'One row per build by dbt, with or without flywheel.';
    comment on column {{ builds }}.invocation_id is 'The build, as dbt calls it.';
    comment on column {{ builds }}.command is 'What was asked of dbt.';
    comment on column {{ builds }}.started_at is 'When it began, UTC.';
    comment on column {{ builds }}.ended_at is 'When it ended, UTC; empty while it runs, or if it was killed.';
    comment on column {{ builds }}.state is 'running, failed, partial or whole: only a whole one is published.';
    comment on column {{ builds }}.models is 'Models built.';
    comment on column {{ builds }}.tests is 'Data tests passed.';
    comment on column {{ builds }}.relations is 'JSON list of the tables and views it made.';
    alter table {{ builds }} add column if not exists program varchar;
    alter table {{ builds }} add column if not exists definitions varchar;
    comment on column {{ builds }}.program is 'Fingerprint of project, settings and program; empty if dbt built alone.';
    comment on column {{ builds }}.definitions is 'JSON: a fingerprint for each definition file.';
    insert into {{ builds }} (invocation_id, command, started_at, state, program, definitions)
    values (
        '{{ invocation_id }}', 'dbt {{ flags.WHICH }}', '{{ run_started_at }}', 'running',
        {%- if execute %}
        '{{ env_var("FLYWHEEL_PROGRAM", "") }}', '{{ env_var("FLYWHEEL_DEFINITIONS", "{}") }}'
        {%- else %}
        '', ''
        {%- endif %}
    );
    {%- endif %}
{% endmacro %}

{% macro spark__build_started() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed', 'test') %}
    {%- set folder = env_var('FLYWHEEL_WAREHOUSE', 'warehouse') ~ '/spark/landed' %}
    {%- for source in graph.sources.values() %}
    {%- do run_query('create schema if not exists ' ~ source.schema) %}
    {%- do run_query(
        'create table if not exists ' ~ source.schema ~ '.' ~ source.identifier
        ~ " using parquet location '" ~ folder ~ '/' ~ source.schema ~ '/' ~ source.identifier ~ "'"
    ) %}
    {%- endfor %}
    {%- endif %}
{% endmacro %}
