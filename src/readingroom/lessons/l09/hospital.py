"""One process of Flower's run: ``python -m readingroom.lessons.l09.hospital``, see `flower`.

    server PORT RESULT ROUNDS HOSPITALS     averages, and writes what it was sent into RESULT
    client PORT FILMS NUMBER                one hospital, which reads FILMS and nothing else

Flower's ``start_server`` and ``start_client`` are used although Flower now recommends programs of
its own: those need an app folder, a second pair of processes for each hospital and a state
database, for two rounds. Where a later Flower drops them, the lesson shows its stored log.
"""

from __future__ import annotations

import os
import sys
import threading

import numpy as np

from readingroom.lessons.l09 import fedavg

WAITS = 30.0  # seconds a client tries to reach the server, and the server waits for a round


def _end_with_parent() -> None:
    """Leave when the process that started this one is gone: its end of the pipe then closes."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def serve(port: str, result: str, rounds: str, hospitals: str) -> None:
    """Average what the hospitals send, as Flower does it, and keep what was sent."""
    from flwr.common import ndarrays_to_parameters, parameters_to_ndarrays
    from flwr.server import ServerConfig, start_server
    from flwr.server.strategy import FedAvg

    number = int(hospitals)
    sent = np.zeros((int(rounds), number, fedavg.NUMBERS))
    mean, size = np.zeros((int(rounds), fedavg.NUMBERS)), np.zeros((int(rounds), number), int)
    films = np.zeros(number, int)

    class Noted(FedAvg):
        """Flower's own average, which notes what comes in and what goes out."""

        def aggregate_fit(self, server_round, results, failures):
            found = super().aggregate_fit(server_round, results, failures)
            for _, one in results:
                who, at = int(one.metrics["hospital"]), server_round - 1
                sent[at, who] = parameters_to_ndarrays(one.parameters)[0]
                size[at, who] = sum(len(part) for part in one.parameters.tensors)
                films[who] = one.num_examples
            if found[0] is not None:
                mean[server_round - 1] = parameters_to_ndarrays(found[0])[0]
            return found

    strategy = Noted(
        fraction_fit=1.0,
        fraction_evaluate=0.0,
        min_fit_clients=number,
        min_available_clients=number,
        accept_failures=False,  # an average without one hospital would be another model
        initial_parameters=ndarrays_to_parameters([np.zeros(fedavg.NUMBERS)]),
    )
    start_server(
        server_address=f"127.0.0.1:{port}",
        config=ServerConfig(num_rounds=int(rounds), round_timeout=WAITS),
        strategy=strategy,
    )
    if (films == 0).any() or not np.abs(mean).sum(axis=1).all():
        sys.exit("a hospital did not answer")
    np.savez(result, sent=sent, films=films, mean=mean, bytes=size)


def attend(port: str, films: str, number: str) -> None:
    """Train on one hospital's films whenever the server asks; send weights and nothing else."""
    from flwr.client import NumPyClient, start_client

    with np.load(films, allow_pickle=False) as own:
        x, y = own["x"], own["y"]

    class Hospital(NumPyClient):
        """One hospital."""

        def fit(self, parameters, config):
            weights = fedavg.train(parameters[0], x, y)
            return [weights], len(y), {"hospital": int(number)}

    start_client(
        server_address=f"127.0.0.1:{port}", client=Hospital().to_client(), max_wait_time=WAITS
    )


ROLES = {"server": serve, "client": attend}

if __name__ == "__main__":
    _end_with_parent()
    ROLES[sys.argv[1]](*sys.argv[2:])
