import { durationMs, setting } from '../setting.ts'

const second = 1_000

/** Log files of trails. */
export const delivery = {
  flushAfter: setting(durationMs(second, 900 * second).default(30 * second), {
    unit: 'duration',
    description:
      'How long events gather before they are delivered to the buckets of the trails that select them. A longer time makes fewer and larger files; a file is never held back longer, and delivered earlier when it is full.',
    example: '5m',
  }),
  readBackEvery: setting(durationMs(60 * second, 86_400 * second).default(3_600 * second), {
    unit: 'duration',
    description:
      'How often delivered digests and log files are read again, a sample at a time, and the settings of their buckets compared. What is missing, changed, opened or about to expire is told within this time.',
  }),
}
