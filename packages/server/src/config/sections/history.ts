import { z } from 'zod'
import { durationMs, setting } from '../setting.ts'

const day = 86_400_000

/** What `LookupEvents` and `cairn lookup` can see. */
export const history = {
  retention: setting(z.optional(durationMs(day, 36_500 * day)), {
    unit: 'duration',
    description:
      'How long accepted events are kept, counted from when they were accepted. Whole segments of the log go at a time, and never one that a consumer still needs. Default: for ever.',
    example: '365d',
  }),
}
