import type { EventFrame, IntentFrame } from '@cairn/server/ports/event-log'

/** An event frame as a test needs it: a live one of a small record, unless it says otherwise. */
export function eventFrame(given: Partial<EventFrame> & { readonly text?: string } = {}): EventFrame {
  const { text = '{"eventName":"PutObject"}', ...rest } = given
  return {
    kind: 'event',
    audience: { kind: 'live' },
    acceptedAtMs: 1_700_000_000_000,
    account: '123456789012',
    region: 'eu-central-1',
    source: 'api',
    catalogVersion: 1,
    bytes: Buffer.from(text),
    ...rest,
  }
}

/** An intent frame as a test needs it. */
export function intentFrame(intentId: string, given: Partial<Omit<IntentFrame, 'intentId'>> = {}): IntentFrame {
  return {
    kind: 'intent',
    intentId,
    acceptedAtMs: 1_700_000_000_000,
    account: '123456789012',
    region: 'eu-central-1',
    source: 'api',
    catalogVersion: 1,
    bytes: Buffer.from(`{"requestID":"${intentId}"}`),
    ...given,
  }
}
