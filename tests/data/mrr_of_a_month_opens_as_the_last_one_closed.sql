-- Opening MRR and customers are those of the end of the month before; the first month opens empty.
with

months as (

    select * from {{ ref('int_mrr_by_month') }}

),

months_after_the_previous as (

    select
        month,
        opening_mrr,
        opening_accounts,
        lag(closing_mrr, 1, 0) over (order by month) as previous_closing_mrr,
        lag(closing_accounts, 1, 0) over (order by month) as previous_closing_accounts
    from months

)

select *
from months_after_the_previous
where
    opening_mrr <> previous_closing_mrr
    or opening_accounts <> previous_closing_accounts
