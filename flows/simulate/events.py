"""Where events are gathered while a part of the company is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

ANY = -1  # a variant to be drawn


@dataclass
class Events:
    """Grows by bulk; columns are whole-number arrays, -1 where there is nothing."""

    parts: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    sessions: int = 0
    names = ("at", "code", "account", "user", "device", "session", "variant")

    def new_sessions(self, count: int) -> np.ndarray:
        self.sessions += count
        return np.arange(self.sessions - count, self.sessions)

    def add(
        self,
        at: np.ndarray,
        code: np.ndarray | int,
        account: np.ndarray | int = -1,
        user: np.ndarray | int = -1,
        device: np.ndarray | int = -1,
        session: np.ndarray | int = -1,
        variant: np.ndarray | int = ANY,
    ) -> None:
        columns = (code, account, user, device, session, variant)
        self.parts.append((at, *(np.broadcast_to(values, at.shape) for values in columns)))

    def columns(self) -> dict[str, np.ndarray]:
        joined = [np.concatenate(parts) for parts in zip(*self.parts, strict=True)]
        return dict(zip(self.names, joined, strict=True))
