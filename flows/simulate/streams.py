"""The native streams of a company as SQL over the drawn numbers: where numbers become text.

The macros are the writer's: `moment` is a timestamp in parquet and ISO 8601 text elsewhere, and
`person(n)` and its like name the n-th thing of the part being written.
"""

from __future__ import annotations

from flows.simulate import answers, billing
from flows.simulate import vocabulary as words
from flows.simulate.company import UNDEFINED


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def _word(values: tuple[str, ...], number: str) -> str:
    """The number-th word, NULL where the word is empty."""
    return f"nullif(list_extract({_list(values)}, {number} + 1), '')"


COMPANY_NAME = (
    f"{_word(words.COMPANY_FIRST, 'first_word')} || ' ' "
    f"|| {_word(words.COMPANY_SECOND, 'second_word')}"
)
FIRST_NAME = _word(words.FIRST_NAMES, "first_name")
LAST_NAME = _word(words.LAST_NAMES, "last_name")

STREAMS = {
    "accounts": f"""
        select
            account_id(account) as account_id,
            moment(created) as created_at,
            {COMPANY_NAME} as name,
            account_id(parent) as parent_account_id,
            case when employees > 0 then {_word(words.INDUSTRIES, "industry")} end as industry,
            nullif(employees, 0) as employee_count,
            {_word(words.COUNTRIES, "country")} as country,
            object('{{"currency": "' || {_word(words.CURRENCIES, "currency")} || '"}}')
                as properties,
            moment(updated) as updated_at
        from part
    """,
    "users": f"""
        select
            user_id(person) as user_id,
            moment(created) as created_at,
            account_id(account) as account_id,
            lower({FIRST_NAME} || '.' || {LAST_NAME} || user_id(person)[3:]) || '@'
                || lower(replace({COMPANY_NAME}, ' ', '-')) || '.example' as email,
            {FIRST_NAME} || ' ' || {LAST_NAME} as name,
            {_word(words.ROLES, "role")} as role,
            {_word(words.CHANNELS, "channel")} as acquisition_channel,
            user_id(inviter) as invited_by_user_id,
            object('{{"language": "' || list_extract(['en', 'de', 'fr'], language + 1) || '"}}')
                as properties,
            moment(updated) as updated_at
        from part
    """,
    "account_memberships": f"""
        select
            user_id(person) as user_id,
            account_id(account) as account_id,
            moment(joined) as joined_at,
            moment(left_at) as left_at,
            {_word(words.ROLES, "role")} as role
        from part
    """,
    "invitations": f"""
        select
            invitation_id(invitation) as invitation_id,
            user_id(inviter) as inviter_user_id,
            moment(sent) as sent_at,
            account_id(account) as account_id,
            {_word(words.INVITATION_CHANNELS, "channel")} as channel,
            md5(invitation_id(invitation))[:12] as invitee_key,
            moment(accepted) as accepted_at,
            user_id(invited) as accepted_user_id
        from part
    """,
    "identity_links": """
        select
            case when merged < 0 then 'identify' else 'alias' end as kind,
            moment(linked) as linked_at,
            case when merged < 0 then device_id(device) else login_id(merged) end as from_id,
            user_id(person) as user_id
        from part
    """,
    "subscription_versions": f"""
        select
            'sub_' || account_id(account)
                || case when item = {billing.SET_UP} then '_set_up' else '' end as subscription_id,
            account_id(account) as account_id,
            {_word(words.PLANS, "plan")} as plan,
            {_word(words.CURRENCIES, "currency")} as currency,
            cast(amount / 10 as decimal(18, 1)) as amount_minor,
            case
                when interval_code = {words.QUARTER} and account % 2 = 0 then 'month'
                else {_word(words.INTERVALS, "interval_code")}
            end as billing_interval,
            moment(started) as started_at,
            case when interval_code = {words.QUARTER} and account % 2 = 0 then 3 end
                as interval_count,
            quantity,
            moment(ended) as ended_at,
            {_word(words.STATUSES, "status")} as status,
            {_word(billing.ITEMS, "item")} as item_id,
            moment(trial_end) as trial_end,
            moment(canceled) as canceled_at,
            moment(past_due) as past_due_since,
            item = {billing.API_CALLS} as metered,
            nullif(percent, 0) as discount_percent,
            nullif(discount_amount, 0) as discount_amount_minor,
            {_word(words.DISCOUNTS, "discount")} as discount_duration,
            moment(discount_ends) as discount_ends_at,
            moment(recorded) as recorded_at
        from part
    """,
    "survey_responses": f"""
        select
            response_id(response) as response_id,
            {_word(tuple(name for name, _ in answers.SURVEYS), "survey")} as survey,
            {_word(tuple(kind for _, kind in answers.SURVEYS), "survey")} as survey_type,
            moment(responded) as responded_at,
            user_id(person) as user_id,
            account_id(account) as account_id,
            score,
            {_word(answers.COMMENTS, "comment")} as comment,
            moment(updated) as updated_at
        from part
    """,
    "experiment_exposures": f"""
        select
            '{words.EXPERIMENT}' as experiment,
            'user' as unit_type,
            user_id(person) as unit_id,
            {_word(words.VARIANTS, "variant")} as variant,
            moment(exposed) as exposed_at
        from part
    """,
    "events": f"""
        select
            event_id(event) as event_id,
            list_extract(getvariable('event_names'), code + 1) as event_name,
            moment(part.at) as occurred_at,
            case when alias >= 0 then login_id(alias) else user_id(person) end as user_id,
            case when device = {UNDEFINED} then 'undefined' else device_id(device) end
                as anonymous_id,
            account_id(account) as account_id,
            session_id(session) as session_id,
            moment(received) as received_at,
            object(list_extract(getvariable('event_properties'), variant + 1)) as properties
        from part
    """,
}
