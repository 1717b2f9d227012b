import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./is-public-address.ts";

/** Thrown through the socket when a name leads into a private network. */
export class PrivateAddress extends Error {
  override readonly name = "PrivateAddress";
  constructor(host: string) {
    super(`${host} is an address inside a private network`);
  }
}

/**
 * Name resolution for a connection that may only leave to the public Internet. The address that was checked is the one
 * that is connected to, so a name that resolves differently the next time (DNS rebinding) gains nothing; a name with any
 * private address is refused as a whole.
 */
export const guardedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) done(error ?? new Error(`${host} has no address`), "", 0);
    else if (!addresses.every(({ address }) => isPublicAddress(address))) done(new PrivateAddress(host), "", 0);
    else if (options.all === true) done(null, addresses);
    else done(null, first.address, first.family);
  });
};
