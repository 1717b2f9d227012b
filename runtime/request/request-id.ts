const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const length = 24;

/** A new request id: 24 letters and digits, 142 random bits. Clients see it with their vendor's prefix. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  let id = "";
  // 256 is no multiple of 62: the first letters are a little likelier, which costs an id nothing.
  for (const byte of bytes) id += alphabet[byte % alphabet.length];
  return id;
}
