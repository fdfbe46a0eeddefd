"""The formats that landing reads, by name. A new one is a module here and a line below."""

from __future__ import annotations

from flows.landing.formats import amplitude, mixpanel, native, posthog, segment, stripe

FORMATS = {
    format.name: format
    for format in (
        native.FORMAT,
        segment.SEGMENT,
        segment.RUDDERSTACK,
        posthog.FORMAT,
        amplitude.FORMAT,
        mixpanel.FORMAT,
        stripe.FORMAT,
    )
}
