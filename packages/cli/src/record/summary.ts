import { counted } from './expectation.ts'
import { isDenied } from './least-policy.ts'
import { nameOf, type SeenCall } from './seen-call.ts'

/** What a session saw, as its report and `--json` show it. */
export interface Summary {
  readonly calls: number
  /** By service, the busiest first. */
  readonly services: readonly ServiceSummary[]
  readonly errors: readonly { readonly call: string; readonly error: string; readonly count: number }[]
  readonly identities: readonly { readonly identity: string; readonly count: number }[]
  readonly slowest: readonly { readonly call: string; readonly elapsedMs: number; readonly resource?: string }[]
  readonly denied: number
  /** Calls of which nobody can say what they need; the least policy is without them. */
  readonly unclear: number
  /** By test, in the order of their names; calls without a mark are under the empty one. */
  readonly tests: readonly { readonly test: string; readonly calls: readonly CallCount[] }[]
}

interface CallCount {
  readonly call: string
  readonly count: number
}

interface ServiceSummary {
  readonly service: string
  readonly count: number
  readonly operations: readonly { readonly operation: string; readonly count: number; readonly errors: number }[]
}

/** More than these are no longer the slow ones. */
const slowestMax = 5

export function summarise(calls: readonly SeenCall[]): Summary {
  return {
    calls: calls.length,
    services: counted(calls.map(({ service }) => service)).map(([service, count]) => ({
      service,
      count,
      operations: operationsOf(calls.filter((call) => call.service === service)),
    })),
    errors: errorsOf(calls),
    identities: counted(calls.map(({ identity }) => identity)).map(([identity, count]) => ({ identity, count })),
    slowest: [...calls]
      .sort((a, b) => b.elapsedMs - a.elapsedMs)
      .slice(0, slowestMax)
      .map((call) => ({
        call: nameOf(call),
        elapsedMs: Math.round(call.elapsedMs),
        ...(call.resource !== undefined && { resource: call.resource }),
      })),
    denied: calls.filter(isDenied).length,
    unclear: calls.filter(({ needs }) => needs === undefined).length,
    tests: testsOf(calls),
  }
}

function operationsOf(calls: readonly SeenCall[]): ServiceSummary['operations'] {
  return counted(calls.map(({ operation }) => operation)).map(([operation, count]) => ({
    operation,
    count,
    errors: calls.filter((call) => call.operation === operation && call.error !== undefined).length,
  }))
}

function errorsOf(calls: readonly SeenCall[]): Summary['errors'] {
  const failed = calls.flatMap((call) => (call.error === undefined ? [] : [`${nameOf(call)} ${call.error}`]))
  return counted(failed).map(([text, count]) => {
    const [call = '', error = ''] = text.split(' ', 2)
    return { call, error, count }
  })
}

function testsOf(calls: readonly SeenCall[]): Summary['tests'] {
  const groups = Map.groupBy(calls, ({ mark }) => mark ?? '')
  if (groups.size === 0 || (groups.size === 1 && groups.has(''))) return []
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([test, group]) => ({ test, calls: counted(group.map(nameOf)).map(([call, count]) => ({ call, count })) }))
}
