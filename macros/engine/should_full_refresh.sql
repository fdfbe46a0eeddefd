{#-
    Whether a model that is `kept` is made anew as a whole. So it is, unless `flywheel` has looked
    at what changed and says that what new data touches is enough: see flows/increments.py.
-#}
{% macro should_full_refresh() -%}
    {{ return(flags.FULL_REFRESH or env_var('FLYWHEEL_ONLY_TOUCHED', 'no') != 'yes') }}
{%- endmacro %}
