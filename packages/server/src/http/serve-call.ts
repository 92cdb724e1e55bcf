import { type Answer, serializeError, serializeOutput } from '@cairn/aws-kit/protocol'
import type { Capabilities } from '../api/capabilities.ts'
import type { Call } from '../api/operation.ts'
import { errorAnswer } from '../capture/exchange/index.ts'
import type { HttpAnswer, HttpRequest } from '../http-message.ts'
import type { CallFacts, Recorder } from '../pipeline/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import { ApiError } from './api-error.ts'
import { readClaim } from './authenticate.ts'
import { createAuthorise } from './authorise.ts'
import { callFacts, callOutcome, errorNameOf, errorProtocolOf, errorStatusOf } from './call-facts.ts'
import type { Exchange } from './exchange.ts'
import { holdLast } from './hold-last.ts'
import { createStages, type StageOptions } from './stages.ts'
import { causeToLog, internal, toApiError, unavailable } from './to-api-error.ts'

export interface CallOptions extends Omit<StageOptions, 'ids'> {
  readonly capabilities: Capabilities
  /** Signatures are held against it. */
  readonly machineClock: Clock
  readonly catalog: Catalog
  readonly recorder: Recorder
  /** The installation's own account: refused requests are recorded here, never in the one they claim. */
  readonly account: string
  readonly region: string
  readonly partition: string
  /** Whether an event data store of the account has events enriched. */
  readonly wantsContext: (account: string) => boolean
  readonly telemetry: {
    /** A bug or an outage: the caller saw only `InternalFailure`. */
    callBroke(facts: { requestId: string; eventSource: string; eventName: string; error: unknown }): void
    answered(facts: { eventSource: string; eventName: string; errorCode: string | undefined; elapsedMs: number }): void
  }
}

/** What a call came to, before it is written for the wire. */
type Result = { readonly output: object } | { readonly error: ApiError }

/**
 * Answers AWS calls. The stages run in the order they are read below; recording sits around all of them, so that a
 * call that fails at any of them has its record too.
 */
export function createCallServer(options: CallOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { capabilities, recorder, telemetry } = options
  const { clock, ids } = capabilities
  const authorise = createAuthorise(options.identity, options)
  const stages = createStages({ ...options, ids })

  return async (request) => {
    const exchange = begin(request)
    const versionBefore = options.catalog.version
    let versionAfter: number | undefined
    let announced: CallFacts | undefined

    async function run(): Promise<object> {
      const claim = readClaim(request, options.machineClock.nowMs())
      stages.identify(exchange, claim)
      stages.limits(exchange)
      const model = await stages.requireService(exchange, claim)
      const early = model.protocol === 'query' ? await stages.wholeBody(exchange) : undefined
      const route = stages.operation(exchange, model, early)
      const body = await stages.authenticate(exchange, claim, model, route, early)
      exchange.input = stages.parse(exchange, route, body)
      const built = stages.requireBuilt(exchange)
      const cause: { intentId: string | undefined; applied(version: number): void } = {
        intentId: undefined,
        applied(version) {
          versionAfter = version
        },
      }
      const call = callOf(exchange, cause)
      Object.assign(exchange.notes, built.record(exchange.input, call, route))
      const fail = (code: string, message: string): never => {
        throw new ApiError(code, message)
      }
      await authorise(exchange, built, { capabilities, call, fail })
      if (!built.readOnly) {
        const facts = callFacts(exchange, ids.uuid(), ids)
        if (recorder.keeps(facts)) {
          await recorder.announce(facts)
          announced = facts
          cause.intentId = facts.callId
        }
      }
      return built.run(exchange.input, capabilities, call, fail)
    }

    const result = await settle(exchange, run)
    const answer = serialise(exchange, result)
    const record = async (bytesOut: number) => {
      const facts = callFacts(exchange, announced?.callId ?? ids.uuid(), ids, announced?.copies)
      const outcome = callOutcome(exchange, result, { completedAtMs: clock.nowMs(), bytesOut })
      telemetry.answered({
        eventSource: facts.eventSource,
        eventName: facts.eventName,
        errorCode: outcome.error?.code,
        elapsedMs: clock.nowMs() - exchange.receivedAtMs,
      })
      await recorder.complete(facts, outcome, {
        isProven: exchange.isProven,
        announced: announced !== undefined,
        versionBefore,
        ...(versionAfter !== undefined && { versionAfter }),
      })
    }
    // A buffered answer waits for its record; of a streamed one the last bytes do.
    if (!(answer.body instanceof Uint8Array)) return { ...answer, body: holdLast(answer.body, record) }
    try {
      await record(answer.body.byteLength)
      return answer
    } catch (error) {
      telemetry.callBroke({ requestId: exchange.requestId, ...namesOf(exchange), error })
      return serialise(exchange, { error: unavailable(error) })
    }
  }

  function begin(request: HttpRequest): Exchange {
    return {
      request,
      requestId: ids.uuid(),
      receivedAtMs: clock.nowMs(),
      region: options.region,
      principal: { kind: 'anonymous' },
      account: options.account,
      isProven: false,
      attemptedService: 'unknown',
      attemptedName: 'Unknown',
      notes: {},
      owners: new Set(),
    }
  }

  function callOf(exchange: Exchange, cause: Call['cause']): Call {
    const { request, requestId, account, region, principal, receivedAtMs, notes } = exchange
    return {
      requestId,
      account,
      region,
      partition: options.partition,
      principal,
      sourceIp: request.remoteAddress,
      userAgent: request.headers['user-agent'] ?? '',
      receivedAtMs,
      cause,
      notes,
      isSecure: request.tls !== undefined,
      signal: request.signal,
      header: (name) => request.headers[name],
    }
  }

  async function settle(exchange: Exchange, run: () => Promise<object>): Promise<Result> {
    try {
      return { output: await run() }
    } catch (error) {
      const apiError = toApiError(error, errorProtocolOf(exchange))
      const cause = causeToLog(apiError)
      if (cause !== undefined) {
        telemetry.callBroke({ requestId: exchange.requestId, ...namesOf(exchange), error: cause })
      }
      return { error: apiError }
    }
  }

  function serialise(exchange: Exchange, result: Result): Answer {
    const { route, requestId, request } = exchange
    if ('output' in result && route) return serializeOutput(route.model, route.operationModel, result.output, requestId)
    const error = 'error' in result ? result.error : internal()
    const isHead = request.head.method === 'HEAD'
    const told = { code: errorNameOf(exchange, error), message: error.message, ...errorStatusOf(exchange, error) }
    if (exchange.spoken !== undefined) {
      return errorAnswer(exchange.spoken, { status: 400, ...told }, { requestId, isHead })
    }
    const details = 'error' in result ? result.error.details : undefined
    return serializeError(
      { protocol: exchange.model?.protocol ?? errorProtocolOf(exchange), model: exchange.model, isHead },
      { ...told, ...(details && { details }) },
      requestId,
    )
  }
}

function namesOf({ route, attemptedService, attemptedName, model }: Exchange) {
  return {
    eventSource: `${model?.endpointPrefix ?? attemptedService}.amazonaws.com`,
    eventName: route?.operationName ?? attemptedName,
  }
}
