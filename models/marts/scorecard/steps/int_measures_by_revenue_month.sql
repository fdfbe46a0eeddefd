{# What does a month's revenue say? The measures of money, known when the month is over. #}

with

nrr_by_month as (

    select * from {{ ref('nrr_by_month') }}

),

economics_by_month as (

    select * from {{ ref('economics_by_month') }}

),

measures as (

    select {{ split_rows(
        "'new_mrr|expansion_mrr|closing_mrr|arpa|nrr_12m_cohort|grr_12m_cohort'"
        ~ " || '|ltv_to_cac|payback_months'",
        '|'
    ) }} as measure

),

complete_months as (

    select
        nrr_by_month.*,
        a_year_before.closing_accounts as accounts_a_year_before,
        economics_by_month.new_paying_accounts,
        economics_by_month.ltv_to_cac,
        economics_by_month.payback_months
    from nrr_by_month
    left join economics_by_month
        on nrr_by_month.month = economics_by_month.month
        and economics_by_month.channel is null
    left join nrr_by_month as a_year_before
        on nrr_by_month.month = a_year_before.month + interval '12' month
    where nrr_by_month.is_complete

),

months_by_measure as (

    select
        measures.measure,
        months.month,
        case measures.measure
            when 'arpa' then months.closing_accounts
            when 'nrr_12m_cohort' then months.accounts_a_year_before
            when 'grr_12m_cohort' then months.accounts_a_year_before
            when 'ltv_to_cac' then months.new_paying_accounts
            when 'payback_months' then months.new_paying_accounts
        end as base,
        case measures.measure
            when 'new_mrr' then cast(months.new_mrr as double)
            when 'expansion_mrr' then cast(months.expansion_mrr as double)
            when 'closing_mrr' then cast(months.closing_mrr as double)
            when 'arpa' then cast(months.arpa as double)
            when 'nrr_12m_cohort' then months.nrr_12m_cohort
            when 'grr_12m_cohort' then months.grr_12m_cohort
            when 'ltv_to_cac' then months.ltv_to_cac
            when 'payback_months' then months.payback_months
        end as value
    from complete_months as months
    cross join measures

)

select
    measure,
    cast(null as string) as definition,
    cast(month as date) as month,
    cast(cast(month as timestamp) + interval '1' month as date) as known_on,
    cast(base as double) as base,
    value
from months_by_measure
