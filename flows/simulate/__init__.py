"""Simulates a product-led company: landing files of any size, with the truth planted in them."""

from __future__ import annotations

from flows.simulate.profile import BROKEN_LAYERS, CompanyProfile
from flows.simulate.simulation import Simulation, simulate

__all__ = ["BROKEN_LAYERS", "CompanyProfile", "Simulation", "simulate"]
