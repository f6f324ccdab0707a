// Hold model on ns-3: hold <pending> <events> <seed> <scheduler>, prints one line of JSON.
// So many events are pending; each that happens plans one other after an exponential time.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <unistd.h>

#include "ns3/core-module.h"

namespace
{

std::uint64_t handled = 0;
std::uint64_t wanted = 0;
ns3::Ptr<ns3::ExponentialRandomVariable> delay;

// Bytes of memory that the process holds, as Linux tells it.
double
Resident()
{
    std::ifstream file("/proc/self/statm");
    double total = 0;
    double resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void
Happen()
{
    ++handled;
    if (handled == wanted)
    {
        ns3::Simulator::Stop();
    }
    ns3::Simulator::Schedule(ns3::MicroSeconds(static_cast<std::uint64_t>(delay->GetValue())), &Happen);
}

} // namespace

int
main(int argc, char* argv[])
{
    if (argc != 5)
    {
        std::cerr << "hold <pending> <events> <seed> <scheduler>\n";
        return 2;
    }
    const std::uint64_t pending = std::strtoull(argv[1], nullptr, 10);
    wanted = std::strtoull(argv[2], nullptr, 10);
    ns3::RngSeedManager::SetSeed(static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10)) + 1);
    ns3::ObjectFactory factory;
    factory.SetTypeId(std::string("ns3::") + argv[4]);
    ns3::Simulator::SetScheduler(factory);
    delay = ns3::CreateObject<ns3::ExponentialRandomVariable>();
    // One event a microsecond on the average.
    delay->SetAttribute("Mean", ns3::DoubleValue(static_cast<double>(pending)));
    const double before = Resident();
    for (std::uint64_t event = 0; event < pending; ++event)
    {
        ns3::Simulator::Schedule(ns3::MicroSeconds(static_cast<std::uint64_t>(delay->GetValue())), &Happen);
    }
    const double held = (Resident() - before) / static_cast<double>(pending);
    const auto begun = std::chrono::steady_clock::now();
    ns3::Simulator::Run();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    std::cout << "{\"events\":" << handled << ",\"seconds\":" << seconds.count() << ",\"bytesPerPending\":" << held << "}\n";
    ns3::Simulator::Destroy();
    return 0;
}
