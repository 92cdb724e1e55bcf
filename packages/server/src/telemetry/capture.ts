import { Counter, type Registry } from 'prom-client'
import { describeError, type Logger } from './logger.ts'

/** What carrying calls to upstreams says. */
export function captureFacts(logger: Logger, registry: Registry) {
  const registers = [registry]
  const carried = new Counter({
    name: 'cairn_carried_calls_total',
    help: 'Calls that gateway and forward proxy carried, by whether they failed.',
    labelNames: ['outcome'],
    registers,
  })
  const failed = new Counter({
    name: 'cairn_carried_calls_broken_total',
    help: 'Carried calls that an upstream, or Cairn itself, left without a proper answer.',
    registers,
  })
  const unrecorded = new Counter({
    name: 'cairn_calls_without_record_total',
    help: 'Carried calls that went without a record (allowed), or were refused because they could have none.',
    labelNames: ['fate'],
    registers,
  })
  const byRule = new Counter({
    name: 'cairn_calls_not_recorded_by_rule_total',
    help: 'Carried calls that an audit rule of level none leaves out.',
    registers,
  })
  return {
    carried(facts: {
      readonly upstream: string
      readonly eventSource: string
      readonly eventName: string
      readonly errorCode: string | undefined
      readonly elapsedMs: number
    }) {
      carried.inc({ outcome: facts.errorCode === undefined ? 'ok' : 'error' })
      logger.debug(facts, 'call carried')
    },
    exchangeFailed(facts: {
      readonly upstream: string
      readonly eventSource: string
      readonly eventName: string
      readonly error: unknown
    }) {
      failed.inc()
      const { error, ...names } = facts
      logger.warn({ ...names, ...describeError(error) }, 'carried call failed')
    },
    notRecordedByRule: () => byRule.inc(),
    ruleWithoutCalls: (facts: { readonly rule: number; readonly name: string; readonly near: readonly string[] }) =>
      logger.warn(facts, 'capture.rules has a name that no call of AWS has'),
    upstreamWithoutCredentials: ({ upstream, error }: { readonly upstream: string; readonly error: unknown }) =>
      logger.error({ upstream, ...describeError(error) }, 'upstream has no credentials: its calls will fail'),
    recordNotWritten(facts: {
      readonly eventSource: string
      readonly eventName: string
      readonly isRefused: boolean
      readonly error: unknown
    }) {
      const { error, isRefused, eventSource, eventName } = facts
      unrecorded.inc({ fate: isRefused ? 'refused' : 'allowed' })
      logger.error(
        { eventSource, eventName, ...describeError(error) },
        isRefused ? 'call refused: it cannot be recorded' : 'call carried without a record',
      )
    },
    keyRefused: (facts: {
      readonly upstream: string
      readonly mode: string
      readonly accessKeyId: string | undefined
      readonly code: string
      readonly hint: string
    }) => logger.warn(facts, 'upstream does not know the key'),
    bucketsUnchecked: (facts: {
      readonly upstream: string
      readonly buckets: readonly string[]
      readonly reason: string
    }) => logger.warn(facts, 'whether the upstream has buckets of the same names could not be found out'),
  }
}
