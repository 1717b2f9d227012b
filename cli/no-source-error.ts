/** Thrown when there are no traces to read; the message says why and what to type instead. */
export class NoSourceError extends Error {}
