import ipaddr from "ipaddr.js";

/**
 * Whether an IP address belongs to the public Internet. Loopback, private, link-local (cloud metadata services), shared,
 * multicast, reserved and tunnelling ranges do not (IANA special-purpose registries, as `ipaddr.js` has them); an IPv4
 * address inside an IPv6 one is judged by itself.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "unicast";
}
