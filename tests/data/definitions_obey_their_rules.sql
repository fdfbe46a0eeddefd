{#
  Every cell of every definition obeys its column's rule, and no name is said twice: the rules
  are in the `meta` of each definition's yml.
#}

{{ broken_cells(ref('activation_milestones')) }}
union all
{{ broken_cells(ref('activations')) }}
union all
{{ broken_cells(ref('benchmarks')) }}
union all
{{ broken_cells(ref('currencies')) }}
union all
{{ broken_cells(ref('destinations')) }}
union all
{{ broken_cells(ref('event_catalog')) }}
union all
{{ broken_cells(ref('exclusions')) }}
union all
{{ broken_cells(ref('experiment_variants')) }}
union all
{{ broken_cells(ref('experiments')) }}
union all
{{ broken_cells(ref('features')) }}
union all
{{ broken_cells(ref('funnel_exclusions')) }}
union all
{{ broken_cells(ref('funnel_steps')) }}
union all
{{ broken_cells(ref('funnels')) }}
union all
{{ broken_cells(ref('layers')) }}
union all
{{ broken_cells(ref('lifecycles')) }}
union all
{{ broken_cells(ref('loops')) }}
union all
{{ broken_cells(ref('placeholder_ids')) }}
union all
{{ broken_cells(ref('plans')) }}
union all
{{ broken_cells(ref('pql_models')) }}
union all
{{ broken_cells(ref('pql_signals')) }}
union all
{{ broken_cells(ref('retention_brackets')) }}
union all
{{ broken_cells(ref('retention_events')) }}
union all
{{ broken_cells(ref('retentions')) }}
union all
{{ broken_cells(ref('routing_rules')) }}
union all
{{ broken_cells(ref('scorecard_metrics')) }}
union all
{{ broken_cells(ref('survey_categories')) }}
union all
{{ broken_cells(ref('tenures')) }}
