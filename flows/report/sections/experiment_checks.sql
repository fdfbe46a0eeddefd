-- Can the experiment be trusted at all?
select
    experiment,
    check_name,
    metric,
    value,
    p_value,
    passed
from experiments.experiments_by_check
order by experiment, check_name, metric
