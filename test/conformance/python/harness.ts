import { startGateway } from "../../support/gateway.ts";
import { seedPolicies } from "../seed-policies.ts";

/**
 * What the Python suite runs against: one gateway without policies, one with the seed's. Prints one line of JSON with
 * the addresses once both listen, and runs until its standard input closes, so that it never outlives the tests.
 */
const plain = await startGateway({ process: true });
const policy = await startGateway({ policies: seedPolicies, process: true });
const addresses = ({ url, simulatorUrl }: typeof plain) => ({ url, simulatorUrl });
console.log(JSON.stringify({ plain: addresses(plain), policy: addresses(policy) }));
for await (const _ of Bun.stdin.stream()) {
  // Nothing is ever sent; the end of the stream is the message.
}
await Promise.all([plain.stop(), policy.stop()]);
