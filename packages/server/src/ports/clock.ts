/** Wall clock of the installation. The only source of time outside tests. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number
}
