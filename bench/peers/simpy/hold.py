"""Hold model on SimPy: python hold.py <pending> <events> <seed>, prints one line of JSON.

So many processes, each of which sleeps an exponential time, again and again: each event that happens plans one other.
"""

import json
import random
import resource
import sys
import time

import simpy


def resident() -> float:
    """Bytes of memory that the process holds; not a number where the system does not tell it as Linux does."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return float(int(file.read().split()[1]) * resource.getpagesize())
    except OSError:
        return float("nan")


class Enough(Exception):
    """So many events have happened."""


def main() -> None:
    pending, events, seed = (int(word) for word in sys.argv[1:4])
    draw = random.Random(seed).expovariate
    env = simpy.Environment()
    rate = 1.0 / pending
    handled = 0

    def sleeper():
        nonlocal handled
        while True:
            yield env.timeout(draw(rate))
            handled += 1
            if handled == events:
                raise Enough

    before = resident()
    for _ in range(pending):
        env.process(sleeper())
    # Processes begin at time 0; from here on as many sleep as there are.
    for _ in range(pending):
        env.step()
    held = (resident() - before) / pending
    begun = time.perf_counter()
    try:
        env.run()
    except Enough:
        pass
    seconds = time.perf_counter() - begun
    print(json.dumps({"events": handled, "seconds": seconds, "bytesPerPending": held if held == held else None}))


main()
