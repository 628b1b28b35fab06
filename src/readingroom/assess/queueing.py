"""Waiting times of a reading list with one reader.

A film that is being read is read to its end; then the next one is taken: the one of the highest
priority, among equals the one that came first (Cobham 1954, Oper Res 2:70).
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np


def waits(arrival: Any, minutes: Any, priority: Any = 0) -> np.ndarray:
    """From a film's arrival to the start of its reading.

    Parameters
    ----------
    arrival : array-like, (N,)
        When each film comes, in minutes.
    minutes : float or array-like, (N,)
        How long it takes to read.
    priority : float or array-like, (N,)
        Higher goes first; equal everywhere means first come, first served.

    Returns
    -------
    ndarray, (N,)
        Minutes, in the order of the films given.

    Raises
    ------
    ValueError
        A time is missing or negative.
    """
    come = np.asarray(arrival, float)
    length = np.broadcast_to(np.asarray(minutes, float), come.shape)
    first = np.broadcast_to(np.asarray(priority, float), come.shape)
    if not (np.isfinite(come).all() and np.isfinite(length).all() and (length >= 0).all()):
        raise ValueError("arrivals and reading times are numbers, and nothing takes less than 0")
    order = np.argsort(come, kind="stable")
    out, free, place = np.zeros(len(come)), -np.inf, 0
    waiting: list[tuple[float, int, int]] = []
    while place < len(order) or waiting:
        if not waiting:
            free = max(free, come[order[place]])
        while place < len(order) and come[order[place]] <= free:
            film = int(order[place])
            heapq.heappush(waiting, (-first[film], place, film))
            place += 1
        _, _, film = heapq.heappop(waiting)
        out[film] = free - come[film]
        free += length[film]
    return out
