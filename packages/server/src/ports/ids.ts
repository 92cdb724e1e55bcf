/** Source of identifiers and randomness. Tests give a seeded one. */
export interface Ids {
  /** A random UUID in lower case, e.g. an event id or request id. */
  uuid(): string
  /** `count` cryptographically random bytes. */
  bytes(count: number): Uint8Array
}
