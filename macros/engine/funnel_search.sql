{#-
    Searches the best way of every attempt where the next possible step may be the wrong one:
    deepest, then with most optional steps, then ending first, then with its instants first.

    `entries` is a relation (funnel_number, walker, entered_at, deadline). `moves` is a relation
    (funnel_number, walker, occurred_at, from_step, first_step, to_step, steps_mask, optional_steps,
    is_last, free_since, within_value, within_unit, has_detours), the window being that of the
    first step.
    Gives funnel_number, walker, entered_at, steps_mask, reached_at: the moves of the best way.

    From the last step back to the first: what can still be reached from where one stands, and
    when it would end at the earliest, whoever stands there. So the cost follows the moves, not
    moves times attempts. Where no step can be skipped, or none has a window of its own, the next
    move that still leads to a goal is the best; else (detours) all later moves are compared.
-#}
{% macro funnel_search(entries, moves) -%}
    {{ return(adapter.dispatch('funnel_search', 'flywheel')(entries, moves)) }}
{%- endmacro %}

{% macro default__funnel_search(entries, moves) %}
    {%- set last = funnel_step_limit() %}
    with recursive

    stands as (

        select distinct funnel_number, walker, to_step as step, occurred_at as stood_at
        from {{ moves }}

    ),

    {#- a move is a way of its own, to the step it gets to; others lead on from there -#}
    {% for step in range(last - 1, 0, -1) %}
    leads_{{ step }} as (

        select
            moves.*,
            moves.to_step as goal,
            moves.optional_steps as options,
            moves.occurred_at as ends_at
        from (select * from {{ moves }} where from_step = {{ step }}) as moves
        {%- if not loop.first %}
        union all
        select
            moves.*,
            prospects.goal,
            prospects.options + moves.optional_steps as options,
            prospects.ends_at
        from (select * from {{ moves }} where from_step = {{ step }} and not is_last) as moves
        inner join prospects_{{ step + 1 }} as prospects
            on moves.funnel_number = prospects.funnel_number
            and moves.walker = prospects.walker
            and moves.to_step = prospects.step
            and moves.occurred_at = prospects.stood_at
        {%- endif %}

    ),

    best_leads_{{ step }} as (

        select *
        from leads_{{ step }}
        qualify row_number() over (
            partition by funnel_number, walker, first_step, occurred_at, goal, options
            order by ends_at asc, bit_count(steps_mask) desc, steps_mask asc
        ) = 1

    ),

    goals_{{ step }} as (

        select distinct funnel_number, walker, first_step, goal, options
        from best_leads_{{ step }}
        where not has_detours

    ),

    paths_{{ step }} as (

        select stands.stood_at, leads.*
        from stands
        inner join best_leads_{{ step }} as leads
            on stands.step = {{ step }}
            and leads.has_detours
            and stands.funnel_number = leads.funnel_number
            and stands.walker = leads.walker
            and stands.stood_at < leads.occurred_at
        union all
        select aims.stood_at, leads.*
        from (
            select stands.stood_at, goals.*
            from stands
            inner join goals_{{ step }} as goals
                on stands.step = {{ step }}
                and stands.funnel_number = goals.funnel_number
                and stands.walker = goals.walker
        ) as aims
        asof join (select * from best_leads_{{ step }} where not has_detours) as leads
            on aims.funnel_number = leads.funnel_number
            and aims.walker = leads.walker
            and aims.first_step = leads.first_step
            and aims.goal = leads.goal
            and aims.options = leads.options
            and aims.stood_at < leads.occurred_at

    ),

    prospects_{{ step }} as (

        {%- if not loop.first %}
        select * from prospects_{{ step + 1 }}
        union all
        {%- endif %}
        select
            funnel_number,
            walker,
            {{ step }} as step,
            stood_at,
            goal,
            options,
            ends_at,
            occurred_at as next_at,
            steps_mask as next_mask,
            to_step as next_step,
            optional_steps as next_options
        from paths_{{ step }}
        where
            (
                within_value is null
                or occurred_at <= {{ add_periods('stood_at', 'within_value', 'within_unit') }}
            )
            and (free_since is null or stood_at >= free_since)
        qualify row_number() over (
            partition by funnel_number, walker, stood_at, goal, options
            order by ends_at asc, occurred_at asc, bit_count(steps_mask) desc, steps_mask asc
        ) = 1

    ),
    {% endfor %}
    prospects as (

        select
            funnel_number,
            walker,
            step,
            stood_at,
            step as goal,
            0 as options,
            stood_at as ends_at,
            cast(null as timestamp) as next_at,
            cast(null as bigint) as next_mask,
            cast(null as bigint) as next_step,
            0 as next_options
        from stands
        union all
        select * from prospects_1

    ),

    best_starts as (

        select
            entries.funnel_number,
            entries.walker,
            entries.entered_at,
            moves.steps_mask,
            prospects.*
        from (select distinct * from {{ entries }}) as entries
        inner join {{ moves }} as moves
            on moves.from_step = 0
            and entries.funnel_number = moves.funnel_number
            and entries.walker = moves.walker
            and entries.entered_at = moves.occurred_at
        inner join prospects
            on moves.funnel_number = prospects.funnel_number
            and moves.walker = prospects.walker
            and moves.to_step = prospects.step
            and moves.occurred_at = prospects.stood_at
        where entries.deadline is null or prospects.ends_at <= entries.deadline
        qualify row_number() over (
            partition by entries.funnel_number, entries.walker, entries.entered_at
            order by
                prospects.goal desc,
                prospects.options + moves.optional_steps desc,
                prospects.ends_at asc,
                bit_count(moves.steps_mask) desc,
                moves.steps_mask asc
        ) = 1

    ),

    ways as (

        select
            funnel_number,
            walker,
            entered_at,
            steps_mask,
            stood_at as reached_at,
            goal,
            options - next_options as options,
            next_at,
            next_mask,
            next_step
        from best_starts
        union all
        select
            ways.funnel_number,
            ways.walker,
            ways.entered_at,
            ways.next_mask as steps_mask,
            ways.next_at as reached_at,
            ways.goal,
            prospects.options - prospects.next_options as options,
            prospects.next_at,
            prospects.next_mask,
            prospects.next_step
        from ways
        inner join prospects
            on ways.funnel_number = prospects.funnel_number
            and ways.walker = prospects.walker
            and ways.next_step = prospects.step
            and ways.next_at = prospects.stood_at
            and ways.goal = prospects.goal
            and ways.options = prospects.options

    )

    select funnel_number, walker, entered_at, steps_mask, reached_at
    from ways
{% endmacro %}

{#-
    The moves of a walker are folded, from the last step back, into the list of what can still be
    reached from where one stands, each with the whole way there.
-#}
{% macro spark__funnel_search(entries, moves) %}
    with

    moves_by_walker as (

        select
            funnel_number,
            walker,
            collect_list(struct(
                from_step, to_step, occurred_at, steps_mask, optional_steps,
                is_last, free_since, within_value, within_unit
            )) as moves
        from {{ moves }}
        group by funnel_number, walker

    ),

    stands_by_walker as (

        select
            *,
            array_distinct(transform(
                moves,
                move -> named_struct('step', move.to_step, 'stood_at', move.occurred_at)
            )) as stands,
            reverse(array_sort(array_distinct(
                filter(transform(moves, move -> move.from_step), step -> step > 0)
            ))) as steps
        from moves_by_walker

    ),

    prospects_by_walker as (

        select
            funnel_number,
            walker,
            moves,
            aggregate(
                steps,
                transform(stands, stand -> named_struct(
                    'step', cast(stand.step as bigint),
                    'stood_at', stand.stood_at,
                    'goal', cast(stand.step as bigint),
                    'options', cast(0 as bigint),
                    'ends_at', stand.stood_at,
                    'occurred_at', cast(null as timestamp),
                    'most_at_once', 0,
                    'steps_mask', cast(null as bigint),
                    'way', cast(array() as array<struct<steps_mask: bigint, reached_at: timestamp>>)
                )),
                (prospects, from_step) -> transform(
                    array(array_sort(flatten(flatten(transform(
                        filter(moves, move -> move.from_step = from_step),
                        move -> transform(
                            filter(
                                stands,
                                stand -> stand.step = from_step
                                and stand.stood_at < move.occurred_at
                                and (
                                    move.within_value is null
                                    or move.occurred_at <= {{ add_periods(
                                        'stand.stood_at', 'move.within_value', 'move.within_unit'
                                    ) }}
                                )
                                and (
                                    move.free_since is null or stand.stood_at >= move.free_since
                                )
                            ),
                            stand -> transform(
                                filter(
                                    prospects,
                                    prospect -> prospect.step = move.to_step
                                    and prospect.stood_at = move.occurred_at
                                    and (not move.is_last or move.to_step = prospect.goal)
                                ),
                                prospect -> named_struct(
                                    'step', cast(from_step as bigint),
                                    'stood_at', stand.stood_at,
                                    'goal', prospect.goal,
                                    'options', prospect.options + move.optional_steps,
                                    'ends_at', prospect.ends_at,
                                    'occurred_at', move.occurred_at,
                                    'most_at_once', -1 * bit_count(move.steps_mask),
                                    'steps_mask', move.steps_mask,
                                    'way', concat(
                                        array(named_struct(
                                            'steps_mask', move.steps_mask,
                                            'reached_at', move.occurred_at
                                        )),
                                        prospect.way
                                    )
                                )
                            )
                        )
                    ))))),
                    paths -> concat(prospects, filter(
                        paths,
                        (path, place) -> place = 0
                        or paths[place - 1].stood_at <> path.stood_at
                        or paths[place - 1].goal <> path.goal
                        or paths[place - 1].options <> path.options
                    ))
                )[0]
            ) as prospects
        from stands_by_walker

    ),

    best_starts as (

        select
            entries.funnel_number,
            entries.walker,
            entries.entered_at,
            array_min(flatten(transform(
                filter(
                    walkers.moves,
                    move -> move.from_step = 0 and move.occurred_at = entries.entered_at
                ),
                move -> transform(
                    filter(
                        walkers.prospects,
                        prospect -> prospect.step = move.to_step
                        and prospect.stood_at = move.occurred_at
                        and (entries.deadline is null or prospect.ends_at <= entries.deadline)
                    ),
                    prospect -> named_struct(
                        'deepest', -1 * prospect.goal,
                        'most_optional', -1 * (prospect.options + move.optional_steps),
                        'ends_at', prospect.ends_at,
                        'most_at_once', -1 * bit_count(move.steps_mask),
                        'steps_mask', move.steps_mask,
                        'way', concat(
                            array(named_struct(
                                'steps_mask', move.steps_mask,
                                'reached_at', move.occurred_at
                            )),
                            prospect.way
                        )
                    )
                )
            ))).way as way
        from (select distinct * from {{ entries }}) as entries
        inner join prospects_by_walker as walkers
            on entries.funnel_number = walkers.funnel_number
            and entries.walker = walkers.walker

    ),

    ways as (

        select
            funnel_number,
            walker,
            entered_at,
            explode(way) as stretch
        from best_starts

    )

    select
        funnel_number,
        walker,
        entered_at,
        stretch.steps_mask,
        stretch.reached_at
    from ways
{% endmacro %}
