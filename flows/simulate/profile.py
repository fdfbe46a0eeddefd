"""What is planted in a demo company: one number for each thing a growth team can break."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class CompanyProfile:
    """Shares are fractions, hazards are per month. The defaults make a healthy company."""

    # 1 go-to-market
    visit_to_sign_up: float = 0.1  # visitors who sign up
    sign_up_growth: float = 1.0  # sign-ups a day grow by this share of the first day's
    k_factor: float = 0.35  # invited sign-ups within 30 days, per user
    invitation_acceptance: float = 0.45
    referred_share: float = 0.08  # new accounts that came by another account's shared report
    # 2 information for decision
    pricing_curiosity: float = 0.12  # accounts that read the prices and do not buy
    # 3 free to paid
    free_to_paid: float = 0.16
    trial_share: float = 0.25  # accounts that begin with a trial
    trial_to_paid: float = 0.28
    signal_strength: float = 1.0  # how far signals raise conversion; 0 = they say nothing
    # 4 activation
    activation_rate: float = 0.42
    hours_to_value: float = 18.0  # median
    first_session_share: float = 0.3  # activated accounts that see value in the first session
    experiment_effect: float = 0.14  # added to the activation rate of the treated
    # 5 retention
    week_4_retention: float = 0.3
    sessions_per_week: float = 1.6
    events_per_session: float = 3.0
    # 6 monetisation
    churn: float = 0.018
    annual_share: float = 0.3
    discount_share: float = 0.15
    spend_per_sign_up: float = 45.0  # US dollars
    seats_per_user: float = 1.3
    # 7 expansion
    expansion: float = 0.075
    contraction: float = 0.015
    reactivation: float = 0.18  # churned accounts that come back
    # delivery of events
    late_share: float = 0.015  # received hours or days later
    duplicate_share: float = 0.006
    future_share: float = 0.0006  # a client's clock that runs ahead
    second_devices: float = 0.2
    shared_devices: float = 0.03

    def with_settings(self, settings: list[str]) -> CompanyProfile:
        """A copy with `name=value` settings applied; ValueError says what is wrong."""
        names = {field.name for field in fields(self)}
        changes: dict[str, float] = {}
        for setting in settings:
            name, separator, value = setting.partition("=")
            if not separator or name not in names:
                known = ", ".join(sorted(names))
                raise ValueError(f"unknown setting {setting!r}: name=value, with one of {known}")
            try:
                changes[name] = float(value)
            except ValueError:
                raise ValueError(f"setting {name} needs a number, not {value!r}") from None
        return replace(self, **changes)

    def broken(self, layer: int) -> CompanyProfile:
        """The same company with one of the seven layers broken, all others left alone."""
        return replace(self, **BROKEN_LAYERS[layer])


BROKEN_LAYERS: dict[int, dict[str, float]] = {
    1: {"visit_to_sign_up": 0.01},
    2: {"pricing_curiosity": 0.95},
    3: {"free_to_paid": 0.025, "trial_to_paid": 0.05},
    4: {"activation_rate": 0.06, "experiment_effect": 0.02},
    5: {"week_4_retention": 0.04},
    6: {"spend_per_sign_up": 400.0},
    7: {"expansion": 0.005, "contraction": 0.05},
}
