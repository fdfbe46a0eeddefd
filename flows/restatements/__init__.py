"""What a closed period said at the publication before, what it says now, and why it differs.

Each publication notes its headline numbers of periods that are over (the queries beside this file,
one a mart), and what they were made with. The next one compares. All of it is written into the new
file and so takes effect with the very rename that publishes it; the working file gets a copy.

    select * from meta.restatements                                            -- what changed
    select * from meta.published_values                                        -- what we said then
    where published_at <= '2026-05-04' and coalesce(replaced_at, 'infinity') > '2026-05-04'
"""

from __future__ import annotations

from flows.restatements.compare import compare
from flows.restatements.memory import TABLES, recall, remember

__all__ = ["TABLES", "compare", "recall", "remember"]
