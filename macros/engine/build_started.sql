{#- Writes down that a build begins: until it has ended well, nothing may be published. -#}
{% macro build_started() %}
    {{- return(adapter.dispatch('build_started', 'flywheel')()) -}}
{% endmacro %}

{% macro default__build_started() %}
    {%- if flags.WHICH in ('build', 'run', 'seed') %}
    create schema if not exists {{ target.database }}.meta;
    create table if not exists {{ target.database }}.meta.builds (
        invocation_id varchar, command varchar, started_at timestamp, ended_at timestamp,
        state varchar, models bigint, tests bigint, relations varchar
    );
    insert into {{ target.database }}.meta.builds (invocation_id, command, started_at, state)
    values ('{{ invocation_id }}', 'dbt {{ flags.WHICH }}', '{{ run_started_at }}', 'running');
    {%- endif %}
{% endmacro %}

{% macro spark__build_started() %}{% endmacro %}
