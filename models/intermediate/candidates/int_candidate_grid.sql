{# Lists how often and how soon after sign-up an event may have to happen, to be an aha moment. #}

with

numbers_of_times as (

    select {{ split_rows("'" ~ var('aha_times') ~ "'", '|') }} as times

),

windows as (

    select {{ split_rows("'" ~ var('aha_within_days') ~ "'", '|') }} as within_days

)

select
    cast(numbers_of_times.times as bigint) as times,
    cast(windows.within_days as double) as within_days
from numbers_of_times
cross join windows
