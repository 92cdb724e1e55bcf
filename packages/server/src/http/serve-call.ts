import type { ServiceModel } from '@cairn/aws-kit/model'
import {
  type Answer,
  ProtocolError,
  parseInput,
  type Route,
  routeOperation,
  selectService,
  serializeError,
  serializeOutput,
  validateInput,
} from '@cairn/aws-kit/protocol'
import { type SigningKeys, SigV4Error } from '@cairn/aws-kit/sigv4'
import type { Capabilities } from '../api/capabilities.ts'
import type { Call, Operation } from '../api/operation.ts'
import { Fault } from '../fault.ts'
import type { Identity } from '../identity/index.ts'
import type { CallFacts, Recorder } from '../pipeline/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Admission } from './admission.ts'
import { ApiError, failure } from './api-error.ts'
import {
  type Claim,
  claimedScope,
  findCaller,
  proveSignature,
  readClaim,
  refusalOf,
  verifiedStream,
} from './authenticate.ts'
import { createAuthorise } from './authorise.ts'
import { callFacts, callOutcome, errorCodeOf, errorStatusOf } from './call-facts.ts'
import type { Exchange } from './exchange.ts'
import { type HttpAnswer, type HttpRequest, holdLast } from './message.ts'
import { checkHeaderCount, checkOrigin } from './origin.ts'
import { s3RequestId } from './s3-facts.ts'

export interface CallOptions {
  readonly capabilities: Capabilities
  /** Signatures are held against it. */
  readonly machineClock: Clock
  readonly catalog: Catalog
  readonly identity: Identity
  readonly recorder: Recorder
  readonly admission: Admission
  readonly signingKeys: SigningKeys
  readonly models: ReadonlyMap<string, ServiceModel>
  readonly operations: readonly Operation[]
  /** The installation's own account: refused requests are recorded here, never in the one they claim. */
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly trustedHosts: readonly string[]
  readonly headersMax: number
  readonly bodyBytesMax: number
  readonly bodyTimeoutMs: number
  readonly objectBytesMax: number
  readonly streamIdleMs: number
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
  const authorise = createAuthorise(options.identity)
  const operations = new Map(
    options.operations.map((operation) => [`${operation.service}/${operation.name}`, operation]),
  )

  return async (request) => {
    const exchange = begin(request)
    const versionBefore = options.catalog.version
    let versionAfter: number | undefined
    let announced: CallFacts | undefined

    async function stages(): Promise<object> {
      const claim = readClaim(request, options.machineClock.nowMs())
      identify(exchange, claim)
      limits(exchange)
      const model = requireService(exchange)
      const early = model.protocol === 'query' ? await wholeBody(exchange) : undefined
      const route = operation(exchange, model, early)
      const body = await authenticate(exchange, claim, model, route, early)
      exchange.input = parse(route, body)
      const built = requireBuilt(exchange)
      const call = callOf(exchange, {
        get intentId() {
          return announced?.callId
        },
        applied(version) {
          versionAfter = version
        },
      })
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
        }
      }
      return built.run(exchange.input, capabilities, call, fail)
    }

    const result = await settle(exchange, stages)
    const answer = serialise(exchange, result)
    const record = async (bytesOut: number) => {
      const facts = {
        ...callFacts(exchange, announced?.callId ?? ids.uuid(), ids),
        ...(announced && { copies: announced.copies }),
      }
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

  function limits({ request }: Exchange): void {
    checkOrigin(request.headers, options.trustedHosts)
    checkHeaderCount(request.head, options.headersMax)
    options.admission.admitSource(request.remoteAddress)
  }

  /** Finds out what is meant, before anything can be refused: every refusal is in the words of its service. */
  function identify(exchange: Exchange, claim: Claim): void {
    const scope = claimedScope(claim)
    if (scope) {
      exchange.region = scope.region
      exchange.attemptedService = scope.service
    }
    const { request } = exchange
    const head = { ...request.head, headers: request.headers }
    const name = selectService(head, scope?.service)
    const target = request.headers['x-amz-target']
    if (target !== undefined) {
      exchange.attemptedName = target.slice(target.lastIndexOf('.') + 1).slice(0, claimedNameMax)
    }
    const model = name === undefined ? undefined : options.models.get(name)
    if (!model) return
    exchange.model = model
    if (model.service === 's3') exchange.requestId = s3RequestId(ids)
    if (globalServices.has(model.service)) exchange.region = 'us-east-1'
  }

  function requireService({ model }: Exchange): ServiceModel {
    if (!model) throw failure('unknown-operation', 'This service is not served here.')
    return model
  }

  function wholeBody({ request }: Exchange): Promise<Uint8Array> {
    return request.body.collect({ bytesMax: options.bodyBytesMax, timeoutMs: options.bodyTimeoutMs })
  }

  function operation(exchange: Exchange, model: ServiceModel, body: Uint8Array | undefined): Route {
    const { request } = exchange
    const route = routeOperation(model, { ...request.head, headers: request.headers }, body)
    if (!route) throw failure('unknown-operation', `Unknown operation ${exchange.attemptedName}.`)
    exchange.attemptedName = route.operation.name
    const built = operations.get(`${model.service}/${route.operation.name}`)
    exchange.route = {
      model,
      operationName: route.operation.name,
      operationModel: route.operation,
      ...(built && { operation: built }),
    }
    return route
  }

  /** Proves who calls and hands on the body: verified, or verifying itself while it streams. */
  async function authenticate(
    exchange: Exchange,
    claim: Claim,
    model: ServiceModel,
    route: Route,
    early: Uint8Array | undefined,
  ): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
    const allowsAnonymous = exchange.route?.operation?.anonymous ?? false
    const caller = findCaller(
      claim,
      { signingName: model.signingName, allowsAnonymous },
      options.identity,
      options.signingKeys,
    )
    let body: Uint8Array | AsyncIterable<Uint8Array>
    if (route.operation.streamingInput !== undefined) {
      proveSignature(caller)
      const bounded = exchange.request.body.stream({
        bytesMax: options.objectBytesMax + framingBytesMax,
        idleMs: options.streamIdleMs,
      })
      body = verifiedStream(claim, caller, bounded)
    } else {
      body = early ?? (await wholeBody(exchange))
      proveSignature(caller, body)
    }
    exchange.principal = caller.principal
    exchange.isProven = caller.principal.kind !== 'anonymous'
    if ('account' in caller.principal) exchange.account = caller.principal.account
    options.identity.accessKeys.noteUse(caller.principal, { service: model.endpointPrefix, region: exchange.region })
    options.admission.admitAccount(exchange.account)
    const { account, region } = exchange
    options.admission.admitOperation({ service: model.service, operation: route.operation.name, account, region })
    return body
  }

  function parse(route: Route, body: Uint8Array | AsyncIterable<Uint8Array>): object {
    const input = parseInput(route, body)
    validateInput(route.model, route.operation, input)
    return input
  }

  function requireBuilt({ route }: Exchange): Operation {
    if (!route?.operation) {
      throw new ApiError(
        route?.model.protocol === 'restXml' ? 'NotImplemented' : 'UnsupportedOperationException',
        `Cairn does not implement ${route?.operationName} yet. docs/reference/coverage.md lists what it does.`,
        { status: 501 },
      )
    }
    return route.operation
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
      header: (name) => request.headers[name],
    }
  }

  async function settle(exchange: Exchange, run: () => Promise<object>): Promise<Result> {
    try {
      return { output: await run() }
    } catch (error) {
      const apiError = toApiError(error, exchange)
      if (apiError.cause !== undefined && !(apiError.cause instanceof SigV4Error)) {
        telemetry.callBroke({ requestId: exchange.requestId, ...namesOf(exchange), error: apiError.cause })
      }
      return { error: apiError }
    }
  }

  function serialise(exchange: Exchange, result: Result): Answer {
    const { route, requestId, request } = exchange
    if ('output' in result && route) return serializeOutput(route.model, route.operationModel, result.output, requestId)
    const error = 'error' in result ? result.error : failure('internal', internalText)
    return serializeError(
      {
        protocol: exchange.model?.protocol ?? 'awsJson1_1',
        model: exchange.model,
        isHead: request.head.method === 'HEAD',
      },
      {
        code: errorCodeOf(exchange, error),
        message: error.message,
        ...errorStatusOf(exchange, error),
      },
      requestId,
    )
  }
}

/** What signed chunks may add to an object: 90 bytes for every 8 KiB at least, and trailers. */
const framingBytesMax = 64 * 1024 * 1024

/** Services whose calls are recorded in the partition's leading region, wherever they were sent. */
const globalServices: ReadonlySet<string> = new Set(['iam'])

/** Longest name of an operation that is taken over from a request that names an unknown one. */
const claimedNameMax = 128

const internalText = 'We encountered an internal error. Please try again.'

function namesOf({ route, attemptedService, attemptedName, model }: Exchange) {
  return {
    eventSource: `${model?.endpointPrefix ?? attemptedService}.amazonaws.com`,
    eventName: route?.operationName ?? attemptedName,
  }
}

/** What the caller may know of any failure. Anything unexpected becomes `internal`, its cause kept for the log. */
function toApiError(error: unknown, exchange: Exchange): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof ProtocolError) return new ApiError(error.code, error.message)
  if (error instanceof SigV4Error) return refusalOf(error, exchange.model?.protocol ?? 'awsJson1_1')
  if (error instanceof Fault && busyFaults.has(error.code)) return unavailable(error)
  return failure('internal', internalText, { status: 500, cause: error })
}

/** Conditions that pass by themselves: the caller is asked to come again. */
const busyFaults: ReadonlySet<string> = new Set([
  'log.full',
  'log.overloaded',
  'catalog.full',
  'history.busy',
  'history.rebuilding',
  'history.too-slow',
])

function unavailable(cause: unknown): ApiError {
  return failure('unavailable', 'The service is unavailable. Please try again later.', { status: 503, cause })
}
