{#-
    Fills the table of a seed: Spark reads the file itself, and an empty cell is NULL. dbt-spark's
    own form hands it over as the word None, stumbles over an apostrophe and loses the word null.
-#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) %}
    {%- set rows = 'rows_of_' ~ model['name'] %}
    {%- call statement('rows') %}
        create or replace temporary view {{ rows }} using csv options (
            path '{{ model["root_path"] }}/{{ model["original_file_path"] }}',
            header 'true', inferSchema 'false', multiLine 'true', escape '"', encoding 'UTF-8'
        )
    {%- endcall %}
    {%- set statement %}
        insert into {{ this.render() }}
        select
            {%- for column in agate_table.column_names %}
            cast({{ column }} as {{ types.get(column, 'string') }}) as {{ column }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ rows }}
    {%- endset %}
    {%- do adapter.add_query(statement, abridge_sql_log=True) %}
    {{- return(statement) }}
{% endmacro %}
