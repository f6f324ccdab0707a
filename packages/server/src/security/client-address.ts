import { isIPv6 } from "node:net";

/**
 * Address of the client, as a key of rate limits.
 *
 * @param socketAddress of the connection
 * @param forwardedFor the `X-Forwarded-For` header; each proxy adds the address that it saw at its end
 * @param trustedProxies how many proxies of ours stand in front; with 0 the header is not believed
 */
export function clientAddress(socketAddress: string, forwardedFor: string | undefined, trustedProxies: number): string {
  const hops = [...(forwardedFor ?? "").split(",").map((hop) => hop.trim()), socketAddress];
  const address = hops.at(-1 - trustedProxies) || socketAddress;
  return networkOf(address.replace(/^::ffff:(?=\d+\.)/i, ""));
}

/** One customer has a /64 of IPv6 at least: its addresses are one key. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - last.length;
  const whole = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...last];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
