{#-
    Counts, for every attempt of an unordered funnel, how many of its steps were done since it
    began, each by an event of its own, and when there were that many first.

    `entries` is a relation (funnel_number, walker, entered_at, deadline), `step_events` a relation
    (funnel_number, walker, occurred_at, event_key, steps_mask): the set of steps each can serve.
    Gives funnel_number, walker, entered_at, step_number, reached_at.

    Of the events that can serve the same steps no more than there are such steps can count, so
    only so many are looked at. Where kinds of events compete for steps, the largest sets of steps
    that the events so far can serve are kept; an event counts if one of these can still grow.
    Steps that no event tells apart are filled in order.
-#}
{% macro funnel_gather(entries, step_events) -%}
    {{ return(adapter.dispatch('funnel_gather', 'flywheel')(entries, step_events)) }}
{%- endmacro %}

{% macro default__funnel_gather(entries, step_events) %}
    with recursive

    placed_events as (

        select
            *,
            row_number() over (
                partition by funnel_number, walker, steps_mask
                order by occurred_at asc, event_key asc
            ) as place
        from {{ step_events }}

    ),

    places_by_instant as (

        select funnel_number, walker, steps_mask, occurred_at, min(place) as place
        from placed_events
        group by funnel_number, walker, steps_mask, occurred_at

    ),

    kinds as (

        select distinct funnel_number, walker, steps_mask
        from {{ step_events }}

    ),

    kinds_sought as (

        select entries.*, kinds.steps_mask
        from (select distinct * from {{ entries }}) as entries
        inner join kinds
            on entries.funnel_number = kinds.funnel_number
            and entries.walker = kinds.walker

    ),

    first_places as (

        select kinds_sought.*, places_by_instant.place
        from kinds_sought
        asof join places_by_instant
            on kinds_sought.funnel_number = places_by_instant.funnel_number
            and kinds_sought.walker = places_by_instant.walker
            and kinds_sought.steps_mask = places_by_instant.steps_mask
            and kinds_sought.entered_at <= places_by_instant.occurred_at

    ),

    gathered as (

        select
            first_places.funnel_number,
            first_places.walker,
            first_places.entered_at,
            placed_events.occurred_at,
            placed_events.steps_mask,
            row_number() over (
                partition by
                    first_places.funnel_number, first_places.walker, first_places.entered_at
                order by placed_events.occurred_at asc, placed_events.event_key asc
            ) as turn
        from (
            select
                *,
                unnest(generate_series(place, place + bit_count(steps_mask) - 1)) as place_sought
            from first_places
        ) as first_places
        inner join placed_events
            on first_places.funnel_number = placed_events.funnel_number
            and first_places.walker = placed_events.walker
            and first_places.steps_mask = placed_events.steps_mask
            and first_places.place_sought = placed_events.place
        where
            first_places.deadline is null or placed_events.occurred_at <= first_places.deadline

    ),

    steps_of_kinds as (

        select
            funnel_number,
            steps_mask,
            unnest(generate_series(0, {{ funnel_step_limit() - 1 }})) as step
        from (select distinct funnel_number, steps_mask from kinds)

    ),

    alike_steps as (

        select
            funnel_number,
            step,
            list(steps_mask order by steps_mask) as kinds_that_serve
        from steps_of_kinds
        where steps_mask >> step & 1 = 1
        group by funnel_number, step

    ),

    sets_of_alike_steps as (

        select funnel_number, list(alike_mask order by alike_mask) as alike_masks
        from (
            select funnel_number, bit_or(1::bigint << step::int) as alike_mask
            from alike_steps
            group by funnel_number, kinds_that_serve
        )
        group by funnel_number

    ),

    competing as (

        select distinct one_kind.funnel_number, one_kind.walker
        from kinds as one_kind
        inner join kinds as other_kind
            on one_kind.funnel_number = other_kind.funnel_number
            and one_kind.walker = other_kind.walker
            and one_kind.steps_mask < other_kind.steps_mask
            and one_kind.steps_mask & other_kind.steps_mask <> 0

    ),

    contested as (

        select gathered.*, sets_of_alike_steps.alike_masks
        from gathered
        inner join competing
            on gathered.funnel_number = competing.funnel_number
            and gathered.walker = competing.walker
        inner join sets_of_alike_steps
            on gathered.funnel_number = sets_of_alike_steps.funnel_number

    ),

    served as (

        select distinct
            funnel_number,
            walker,
            entered_at,
            cast(0 as bigint) as turn,
            cast(null as timestamp) as occurred_at,
            cast([0] as bigint[]) as largest_sets,
            false as has_grown
        from contested
        union all
        select
            funnel_number,
            walker,
            entered_at,
            turn,
            occurred_at,
            case when len(grown_sets) > 0 then grown_sets else largest_sets end as largest_sets,
            len(grown_sets) > 0 as has_grown
        from (
            select
                contested.*,
                served.largest_sets,
                list_distinct(flatten(list_transform(
                    served.largest_sets,
                    lambda done: list_transform(
                        list_filter(
                            contested.alike_masks,
                            lambda alike: (contested.steps_mask & alike & ~done) <> 0
                        ),
                        lambda alike: done | (alike & ~done & -(alike & ~done))
                    )
                ))) as grown_sets
            from served
            inner join contested
                on served.funnel_number = contested.funnel_number
                and served.walker = contested.walker
                and served.entered_at = contested.entered_at
                and served.turn + 1 = contested.turn
        )

    ),

    events_that_count as (

        select funnel_number, walker, entered_at, occurred_at, turn
        from served
        where has_grown
        union all
        select
            gathered.funnel_number,
            gathered.walker,
            gathered.entered_at,
            gathered.occurred_at,
            gathered.turn
        from gathered
        left join competing
            on gathered.funnel_number = competing.funnel_number
            and gathered.walker = competing.walker
        where competing.walker is null

    )

    select
        funnel_number,
        walker,
        entered_at,
        row_number() over (
            partition by funnel_number, walker, entered_at order by turn asc
        ) as step_number,
        occurred_at as reached_at
    from events_that_count
{% endmacro %}

{#- The events of an attempt are folded, one by one, into the largest sets of steps they serve. -#}
{% macro spark__funnel_gather(entries, step_events) %}
    with

    placed_events as (

        select
            *,
            row_number() over (
                partition by funnel_number, walker, steps_mask
                order by occurred_at asc, event_key asc
            ) as place
        from {{ step_events }}

    ),

    places_by_instant as (

        select
            funnel_number,
            walker,
            steps_mask,
            occurred_at,
            min(place) as place,
            lag(occurred_at) over (
                partition by funnel_number, walker, steps_mask order by occurred_at asc
            ) as instant_before
        from placed_events
        group by funnel_number, walker, steps_mask, occurred_at

    ),

    first_places as (

        select
            entries.*,
            places_by_instant.steps_mask,
            places_by_instant.place
        from (select distinct * from {{ entries }}) as entries
        inner join places_by_instant
            on entries.funnel_number = places_by_instant.funnel_number
            and entries.walker = places_by_instant.walker
            and entries.entered_at <= places_by_instant.occurred_at
            and (
                places_by_instant.instant_before is null
                or places_by_instant.instant_before < entries.entered_at
            )

    ),

    gathered as (

        select
            first_places.funnel_number,
            first_places.walker,
            first_places.entered_at,
            array_sort(collect_list(struct(
                placed_events.occurred_at, placed_events.event_key, placed_events.steps_mask
            ))) as events
        from first_places
        inner join placed_events
            on first_places.funnel_number = placed_events.funnel_number
            and first_places.walker = placed_events.walker
            and first_places.steps_mask = placed_events.steps_mask
            and first_places.place <= placed_events.place
            and first_places.place + bit_count(first_places.steps_mask) > placed_events.place
        where
            first_places.deadline is null or placed_events.occurred_at <= first_places.deadline
        group by first_places.funnel_number, first_places.walker, first_places.entered_at

    ),

    kinds as (

        select distinct
            funnel_number,
            steps_mask,
            explode(sequence(0, {{ funnel_step_limit() - 1 }})) as step
        from {{ step_events }}

    ),

    alike_steps as (

        select
            funnel_number,
            step,
            array_sort(collect_list(steps_mask)) as kinds_that_serve
        from kinds
        where shiftright(steps_mask, step) & 1 = 1
        group by funnel_number, step

    ),

    sets_of_alike_steps as (

        select
            funnel_number,
            array_sort(collect_list(alike_mask)) as alike_masks
        from (
            select
                funnel_number,
                bit_or(shiftleft(cast(1 as bigint), step)) as alike_mask
            from alike_steps
            group by funnel_number, kinds_that_serve
        )
        group by funnel_number

    ),

    served as (

        select
            gathered.funnel_number,
            gathered.walker,
            gathered.entered_at,
            aggregate(
                gathered.events,
                named_struct(
                    'largest_sets', array(cast(0 as bigint)),
                    'reached', cast(array() as array<timestamp>)
                ),
                (so_far, event) -> transform(
                    array(array_distinct(flatten(transform(
                        so_far.largest_sets,
                        done -> transform(
                            filter(
                                sets_of_alike_steps.alike_masks,
                                alike -> (event.steps_mask & alike & ~done) <> 0
                            ),
                            alike -> done | (alike & ~done & -(alike & ~done))
                        )
                    )))),
                    grown_sets -> if(
                        size(grown_sets) > 0,
                        named_struct(
                            'largest_sets', grown_sets,
                            'reached', array_append(so_far.reached, event.occurred_at)
                        ),
                        so_far
                    )
                )[0]
            ).reached as reached
        from gathered
        inner join sets_of_alike_steps
            on gathered.funnel_number = sets_of_alike_steps.funnel_number

    )

    select
        funnel_number,
        walker,
        entered_at,
        cast(step.pos + 1 as bigint) as step_number,
        step.reached_at
    from (
        select
            funnel_number,
            walker,
            entered_at,
            explode(transform(reached, (at, pos) -> struct(pos, at as reached_at))) as step
        from served
    )
{% endmacro %}
