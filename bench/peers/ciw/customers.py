"""M/M/c on Ciw: python customers.py <servers> <utilisation> <customers> <seed>, prints one line of JSON."""

import json
import sys
import time

import ciw


def main() -> None:
    servers, customers, seed = int(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=float(sys.argv[2]) * servers)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[servers],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    begun = time.perf_counter()
    simulation.simulate_until_max_customers(customers, method="Finish")
    seconds = time.perf_counter() - begun
    waits = [record.waiting_time for record in simulation.get_all_records()]
    print(json.dumps({"customers": len(waits), "seconds": seconds, "meanWait": sum(waits) / len(waits)}))


main()
