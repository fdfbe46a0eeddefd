from __future__ import annotations


def planted(profile, span):
    return {}


def recovered(landing, span):
    return {}
