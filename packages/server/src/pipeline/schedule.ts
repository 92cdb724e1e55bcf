import type { Timer } from '../ports/timer.ts'

export interface Schedule {
  /** Waits for a run in progress. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Runs `task` again and again, `intervalMs` after the last run ended. A failed run is told and tried at the next. */
export function every(
  intervalMs: number,
  task: () => Promise<void>,
  options: { readonly timer: Timer; readonly onFailed: (error: unknown) => void },
): Schedule {
  const stop = new AbortController()
  async function run(): Promise<void> {
    for (;;) {
      await options.timer.sleep(intervalMs, stop.signal).catch(() => undefined)
      if (stop.signal.aborted) return
      await task().catch(options.onFailed)
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
