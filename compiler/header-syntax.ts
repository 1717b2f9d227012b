/** A token of RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, section 5.5, without what is obsolete. */
const sendable = /^[\x20-\x7e]+$/;

/** Whether a header can have this name. */
export function isHeaderName(name: string): boolean {
  return token.test(name);
}

/** Whether a header can have this value, and says something by it. */
export function isHeaderValue(value: string): boolean {
  return sendable.test(value);
}
