import { setTimeout as sleep } from 'node:timers/promises'
import type { Timer } from '../../ports/timer.ts'

/** Does not keep the process alive. */
export const systemTimer: Timer = {
  sleep: (delayMs, signal) => sleep(delayMs, undefined, { signal, ref: false }),
}
