import type { Timer } from '../ports/timer.ts'

export interface Schedule {
  /** Waits for a run in progress. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Runs `task` again and again, `intervalMs` after the last run ended. What failed is tried at the next, and told when
 * it is the first, second, fourth, eighth … in a row: what lasts for hours, such as a full disk, must not fill the log.
 */
export function every(
  intervalMs: number,
  task: () => Promise<void>,
  options: { readonly timer: Timer; readonly onFailed: (error: unknown) => void },
): Schedule {
  const stop = new AbortController()
  async function run(): Promise<void> {
    for (let failures = 0; ; ) {
      await options.timer.sleep(intervalMs, stop.signal).catch(() => undefined)
      if (stop.signal.aborted) return
      try {
        await task()
        failures = 0
      } catch (error) {
        failures += 1
        if (Number.isInteger(Math.log2(failures))) options.onFailed(error)
      }
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
