{#-
    Walks attempts from step to step: always the next move from the step an attempt stands at, as
    soon as it can be made, inside the window.

    `attempts` is int_funnel_attempts, `moves` int_funnel_moves_to_walk, both narrowed by `which`;
    `funnels` and `steps` are int_funnels and int_funnel_steps. A move can be made by an attempt
    that stood before it `departs`, and since `free_since`.
    Gives funnel_number, walker, attempt, step_number, reached_at.

    One join for each step there can be. An attempt that got over several steps at once waits until
    its turn comes; one that was ended stands nowhere (NULL). Of the variants of a strict attempt
    the deepest is kept, of these the one that ended first, of these the one that did most at once.
-#}
{% macro funnel_walk(attempts, moves, funnels, steps, which) -%}
    {{ return(adapter.dispatch('funnel_walk', 'flywheel')(attempts, moves, funnels, steps, which)) }}
{%- endmacro %}

{% macro default__funnel_walk(attempts, moves, funnels, steps, which) %}
    {%- set last = funnel_step_limit() %}
    with

    attempts as (

        select
            funnel_number * 4294967296 + walker as journey,
            funnel_number,
            walker,
            attempt,
            deadline,
            step,
            stood,
            entered_at
        from {{ attempts }}
        where {{ which }}

    ),

    {#- read anew for each step, of which the table then skips all others -#}
    moves as not materialized (

        select
            funnel_number * 4294967296 + walker as journey,
            from_step,
            to_step,
            departs,
            arrives,
            reached_at,
            free_since,
            is_last
        from {{ moves }}
        where {{ which }}

    ),

    standing_1 as (

        select journey, attempt, deadline, step, stood
        from attempts

    ),
    {% for step in range(1, last) %}
    moved_{{ step }} as (

        select
            standing.journey,
            standing.attempt,
            standing.deadline,
            moves.to_step as step,
            case when not moves.is_last then moves.arrives end as stood,
            moves.reached_at
        from (select * from standing_{{ step }} where step = {{ step }}) as standing
        asof join (select * from moves where from_step = {{ step }}) as moves
            on standing.journey = moves.journey
            and standing.stood < moves.departs
        where
            (standing.deadline is null or moves.reached_at <= standing.deadline)
            and (moves.free_since is null or standing.stood >= moves.free_since)

    ),

    standing_{{ step + 1 }} as (

        select journey, attempt, deadline, step, stood
        from moved_{{ step }}
        union all
        select journey, attempt, deadline, step, stood
        from standing_{{ step }}
        where step > {{ step }}

    ),
    {% endfor %}
    stretches as (

        select journey, attempt, 0 as from_step, step as to_step, entered_at as reached_at
        from attempts
        {% for step in range(1, last) %}
        union all
        select journey, attempt, {{ step }} as from_step, step as to_step, reached_at
        from moved_{{ step }}
        {% endfor %}

    ),

    steps_made as (

        select journey, attempt, to_step as step_number, reached_at
        from stretches
        union all
        select
            stretches.journey,
            stretches.attempt,
            {{ steps }}.step_number,
            stretches.reached_at
        from (
            select *, journey + 2147483648 >> 32 as funnel_number
            from stretches
            where from_step + 1 < to_step
        ) as stretches
        inner join {{ steps }}
            on stretches.funnel_number = {{ steps }}.funnel_number
            and stretches.from_step < {{ steps }}.step_number
            and stretches.to_step > {{ steps }}.step_number

    ),

    beaten_variants as (

        select journey, attempt
        from stretches
        where journey + 2147483648 >> 32 in (
            select funnel_number from {{ funnels }} where step_order = 'strict'
        )
        group by journey, attempt
        qualify row_number() over (
            partition by journey, min(reached_at)
            order by max(to_step) desc, max(reached_at) asc, attempt desc
        ) > 1

    )

    select
        steps_made.journey + 2147483648 >> 32 as funnel_number,
        steps_made.journey - ((steps_made.journey + 2147483648 >> 32) << 32) as walker,
        steps_made.attempt,
        steps_made.step_number,
        steps_made.reached_at
    from steps_made
    anti join beaten_variants
        on steps_made.journey = beaten_variants.journey
        and steps_made.attempt = beaten_variants.attempt
{% endmacro %}

{#- From round to round, as far as attempts get; a move is the next one where none departs between. -#}
{% macro spark__funnel_walk(attempts, moves, funnels, steps, which) %}
    with recursive

    moves_in_order as (

        select
            *,
            lag(departs) over (
                partition by funnel_number, walker, from_step order by departs asc
            ) as departed_before
        from {{ moves }}
        where {{ which }}

    ),

    stretches as (

        select
            funnel_number,
            walker,
            attempt,
            deadline,
            cast(0 as bigint) as from_step,
            cast(step as bigint) as to_step,
            stood,
            entered_at as reached_at
        from {{ attempts }}
        where {{ which }}
        union all
        select
            stretches.funnel_number,
            stretches.walker,
            stretches.attempt,
            stretches.deadline,
            stretches.to_step as from_step,
            cast(moves.to_step as bigint) as to_step,
            case when not moves.is_last then moves.arrives end as stood,
            moves.reached_at
        from stretches
        inner join moves_in_order as moves
            on stretches.funnel_number = moves.funnel_number
            and stretches.walker = moves.walker
            and stretches.to_step = moves.from_step
            and stretches.stood < moves.departs
            and (moves.departed_before is null or moves.departed_before <= stretches.stood)
        where
            (stretches.deadline is null or moves.reached_at <= stretches.deadline)
            and (moves.free_since is null or stretches.stood >= moves.free_since)

    ),

    steps_made as (

        select
            funnel_number,
            walker,
            attempt,
            explode(sequence(least(from_step + 1, to_step), to_step)) as step_number,
            reached_at
        from stretches

    ),

    variants as (

        select
            steps_made.funnel_number,
            steps_made.walker,
            steps_made.attempt,
            row_number() over (
                partition by steps_made.funnel_number, steps_made.walker, min(steps_made.reached_at)
                order by
                    max(steps_made.step_number) desc,
                    max(steps_made.reached_at) asc,
                    steps_made.attempt desc
            ) as place
        from steps_made
        inner join {{ funnels }}
            on steps_made.funnel_number = {{ funnels }}.funnel_number
            and {{ funnels }}.step_order = 'strict'
        group by steps_made.funnel_number, steps_made.walker, steps_made.attempt

    )

    select
        steps_made.funnel_number,
        steps_made.walker,
        steps_made.attempt,
        steps_made.step_number,
        steps_made.reached_at
    from steps_made
    left join variants
        on steps_made.funnel_number = variants.funnel_number
        and steps_made.walker = variants.walker
        and steps_made.attempt = variants.attempt
    where coalesce(variants.place, 1) = 1
{% endmacro %}
