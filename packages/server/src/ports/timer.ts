/** Waiting. Apart from `Clock`, which many need that never wait. */
export interface Timer {
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
}
