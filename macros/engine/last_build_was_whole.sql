{#- Whether the build before this one came to its end, so that what it touched is up to date. -#}
{% macro last_build_was_whole() -%}
    {{ return(adapter.dispatch('last_build_was_whole', 'flywheel')()) }}
{%- endmacro %}

{% macro default__last_build_was_whole() -%}
    (
        select coalesce(max_by(state, started_at), '') = 'whole'
        from {{ target.database }}.meta.builds
        where invocation_id <> '{{ invocation_id }}'
    )
{%- endmacro %}

{% macro spark__last_build_was_whole() -%}
    false
{%- endmacro %}
