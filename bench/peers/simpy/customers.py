"""M/M/c on SimPy: python customers.py <servers> <utilisation> <customers> <seed>, prints one line of JSON."""

import json
import random
import sys
import time

import simpy


def main() -> None:
    servers, customers, seed = int(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
    arrival_rate = float(sys.argv[2]) * servers
    draw = random.Random(seed).expovariate
    env = simpy.Environment()
    resource = simpy.Resource(env, capacity=servers)
    waited = 0.0
    served = 0

    def customer():
        nonlocal waited, served
        arrived = env.now
        with resource.request() as request:
            yield request
            waited += env.now - arrived
            yield env.timeout(draw(1.0))
        served += 1

    def source():
        for _ in range(customers):
            yield env.timeout(draw(arrival_rate))
            env.process(customer())

    env.process(source())
    begun = time.perf_counter()
    env.run()
    seconds = time.perf_counter() - begun
    print(json.dumps({"customers": served, "seconds": seconds, "meanWait": waited / served}))


main()
