-- What this page was made from, and until when it counts.
select
    published_at,
    as_of,
    run_id,
    git_commit,
    model_count,
    test_count
from meta.publication
