import { oneOf, setting } from '../setting.ts'

/** Cairn's own log: one JSON line an entry, on standard error. Nothing to do with the event log. */
export const log = {
  level: setting(oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'), {
    description: 'Least important log entries that are written.',
    isCommon: true,
  }),
}
