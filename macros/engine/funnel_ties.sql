{#-
    What can be done at one instant: every set of steps for which the instant has events of its
    own, each event used once, no step left out between the first and the last but optional ones.

    `kinds` is a relation (funnel_number, walker, occurred_at, steps_mask, events): how many events
    of the instant can serve exactly the steps of a set. `steps` is int_funnel_steps.
    Gives funnel_number, walker, occurred_at, first_step, last_step, steps_mask, optional_steps.

    A step that has an event which can serve nothing else takes it. Only the others compete.
-#}
{% macro funnel_ties(kinds, steps) -%}
    {{ return(adapter.dispatch('funnel_ties', 'flywheel')(kinds, steps)) }}
{%- endmacro %}

{% macro default__funnel_ties(kinds, steps) %}
    with recursive

    numbered_kinds as (

        select
            *,
            row_number() over (
                partition by funnel_number, walker, occurred_at order by steps_mask asc
            ) as kind
        from {{ kinds }}

    ),

    offers as (

        select
            numbered_kinds.funnel_number,
            numbered_kinds.walker,
            numbered_kinds.occurred_at,
            numbered_kinds.kind,
            numbered_kinds.events,
            bit_count(numbered_kinds.steps_mask) = 1 as is_dedicated,
            {{ steps }}.step_number,
            {{ steps }}.step_bit,
            {{ steps }}.next_mandatory_step,
            cast({{ steps }}.is_optional as int) as optional_steps
        from numbered_kinds
        inner join {{ steps }}
            on numbered_kinds.funnel_number = {{ steps }}.funnel_number
            and numbered_kinds.steps_mask & {{ steps }}.step_bit <> 0

    ),

    best_offers as (

        select * from offers
        qualify is_dedicated >= max(is_dedicated) over (
            partition by funnel_number, walker, occurred_at, step_number
        )

    ),

    taken as (

        select
            funnel_number,
            walker,
            occurred_at,
            step_number as first_step,
            step_number as last_step,
            next_mandatory_step,
            step_bit as steps_mask,
            optional_steps,
            case when is_dedicated then cast([] as bigint[]) else [kind] end as kinds_used
        from best_offers
        union
        select
            taken.funnel_number,
            taken.walker,
            taken.occurred_at,
            taken.first_step,
            best_offers.step_number as last_step,
            best_offers.next_mandatory_step,
            taken.steps_mask | best_offers.step_bit as steps_mask,
            taken.optional_steps + best_offers.optional_steps as optional_steps,
            case
                when best_offers.is_dedicated then taken.kinds_used
                else list_sort(list_append(taken.kinds_used, best_offers.kind))
            end as kinds_used
        from taken
        inner join best_offers
            on taken.funnel_number = best_offers.funnel_number
            and taken.walker = best_offers.walker
            and taken.occurred_at = best_offers.occurred_at
            and taken.last_step < best_offers.step_number
            and taken.next_mandatory_step >= best_offers.step_number
        where
            best_offers.is_dedicated
            or len(list_filter(taken.kinds_used, lambda used: used = best_offers.kind))
            < best_offers.events

    )

    select distinct
        funnel_number,
        walker,
        occurred_at,
        first_step,
        last_step,
        steps_mask,
        optional_steps
    from taken
{% endmacro %}

{#- What the instants have is folded, offer by offer, into the list of all that can be done. -#}
{% macro spark__funnel_ties(kinds, steps) %}
    with

    numbered_kinds as (

        select
            *,
            row_number() over (
                partition by funnel_number, walker, occurred_at order by steps_mask asc
            ) as kind
        from {{ kinds }}

    ),

    offers as (

        select
            numbered_kinds.funnel_number,
            numbered_kinds.walker,
            numbered_kinds.occurred_at,
            {{ steps }}.step_number,
            numbered_kinds.kind,
            numbered_kinds.events,
            bit_count(numbered_kinds.steps_mask) = 1 as is_dedicated,
            {{ steps }}.step_bit,
            {{ steps }}.next_mandatory_step,
            cast({{ steps }}.is_optional as int) as optional_steps,
            max(bit_count(numbered_kinds.steps_mask) = 1) over (
                partition by
                    numbered_kinds.funnel_number,
                    numbered_kinds.walker,
                    numbered_kinds.occurred_at,
                    {{ steps }}.step_number
            ) as has_dedicated
        from numbered_kinds
        inner join {{ steps }}
            on numbered_kinds.funnel_number = {{ steps }}.funnel_number
            and numbered_kinds.steps_mask & {{ steps }}.step_bit <> 0

    ),

    instants as (

        select
            funnel_number,
            walker,
            occurred_at,
            array_sort(collect_list(struct(
                step_number, kind, events, is_dedicated, step_bit, next_mandatory_step, optional_steps
            ))) as offers
        from offers
        where is_dedicated or not has_dedicated
        group by funnel_number, walker, occurred_at

    ),

    taken as (

        select
            funnel_number,
            walker,
            occurred_at,
            explode(aggregate(
                offers,
                cast(array() as array<struct<
                    first_step: bigint, last_step: bigint, next_mandatory_step: bigint,
                    steps_mask: bigint, optional_steps: int, kinds_used: array<int>
                >>),
                (ways, offer) -> array_distinct(concat(
                    ways,
                    array(named_struct(
                        'first_step', cast(offer.step_number as bigint),
                        'last_step', cast(offer.step_number as bigint),
                        'next_mandatory_step', cast(offer.next_mandatory_step as bigint),
                        'steps_mask', offer.step_bit,
                        'optional_steps', offer.optional_steps,
                        'kinds_used', if(offer.is_dedicated, array(), array(offer.kind))
                    )),
                    transform(
                        filter(
                            ways,
                            way -> way.last_step < offer.step_number
                            and way.next_mandatory_step >= offer.step_number
                            and (
                                offer.is_dedicated
                                or size(filter(way.kinds_used, used -> used = offer.kind)) < offer.events
                            )
                        ),
                        way -> named_struct(
                            'first_step', way.first_step,
                            'last_step', cast(offer.step_number as bigint),
                            'next_mandatory_step', cast(offer.next_mandatory_step as bigint),
                            'steps_mask', way.steps_mask | offer.step_bit,
                            'optional_steps', way.optional_steps + offer.optional_steps,
                            'kinds_used', if(
                                offer.is_dedicated,
                                way.kinds_used,
                                array_sort(array_append(way.kinds_used, offer.kind))
                            )
                        )
                    )
                ))
            )) as way
        from instants

    )

    select distinct
        funnel_number,
        walker,
        occurred_at,
        way.first_step,
        way.last_step,
        way.steps_mask,
        way.optional_steps
    from taken
{% endmacro %}
