import { defineEndpoint } from '../endpoint.ts'
import { refused } from './refused.ts'

/** Ten years: what is tried out takes days or months, and every hour of every trail gets its digests. */
const advanceMsMax = 3650 * 86_400_000

/**
 * Moves the test clock forward by `ms`: first everything that was accepted is delivered, then time passes, then every
 * digest that became due is made, what was delivered is read back, and what expires by rule goes. A trail whose bucket
 * refuses holds nothing up.
 */
export const advanceClock = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/clock/advance',
  uses: ['testClock', 'delivery', 'integrity', 'readBack', 'expiration'],
  access: 'operator',
  readOnly: false,
  async run({ query }, { testClock, delivery, integrity, readBack, expiration }) {
    const byMs = Number(query.get('ms'))
    if (testClock === undefined) return refused('NoTestClock', 'the installation runs on the clock of the machine')
    if (!Number.isSafeInteger(byMs) || byMs < 1 || byMs > advanceMsMax) {
      return refused('InvalidTime', `ms must be a whole number from 1 to ${advanceMsMax}`)
    }
    await delivery.flush().catch(() => undefined)
    await integrity.runNow()
    const nowMs = await testClock.advance(byMs)
    await integrity.runNow()
    await readBack.runDue()
    await expiration.runDue()
    return answer(200, { now: new Date(nowMs).toISOString() })
  },
})

function answer(status: number, body: object) {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
