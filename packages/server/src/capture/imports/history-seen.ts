import type { History } from '../../history/index.ts'
import type { Known, Seen } from './batch-intake.ts'

/** The history as an import needs it. */
export function seenByHistory(history: Pick<History, 'known' | 'caughtUp'>): Seen {
  return {
    async known(keys) {
      return (await history.known(keys)).map((isKnown): Known => (isKnown ? 'same' : 'new'))
    },
    caughtUp: (end, signal) => history.caughtUp(end, signal),
  }
}
