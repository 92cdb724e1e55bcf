import type { ServiceModel } from '@cairn/aws-kit/model'
import {
  parseInput,
  type Route,
  routeOperation,
  selectModel,
  selectService,
  validateInput,
} from '@cairn/aws-kit/protocol'
import type { SigningKeys } from '@cairn/aws-kit/sigv4'
import type { Operation } from '../api/operation.ts'
import { withHeaders } from '../http-message.ts'
import type { Identity } from '../identity/index.ts'
import type { Ids } from '../ports/ids.ts'
import type { Admission } from './admission.ts'
import { ApiError, failure } from './api-error.ts'
import { type Claim, claimedScope, findCaller, movedHeaders, proveSignature, verifiedStream } from './authenticate.ts'
import type { Exchange } from './exchange.ts'
import { checkHeaderCount, checkOrigin } from './origin.ts'
import { s3RequestId } from './s3-facts.ts'
import { formBytesMax, isForm, nameUnserved } from './unserved.ts'

export interface StageOptions {
  readonly ids: Ids
  readonly identity: Identity
  readonly admission: Admission
  readonly signingKeys: SigningKeys
  readonly models: ReadonlyMap<string, ServiceModel>
  readonly operations: readonly Operation[]
  readonly trustedHosts: readonly string[]
  readonly headersMax: number
  readonly bodyBytesMax: number
  readonly bodyTimeoutMs: number
  readonly objectBytesMax: number
  readonly streamIdleMs: number
}

/** What happens to a request before its operation runs. Each stage notes what it found on the exchange, or throws. */
export function createStages(options: StageOptions) {
  const operations = new Map(
    options.operations.map((operation) => [`${operation.service}/${operation.name}`, operation]),
  )
  return { limits, identify, requireService, wholeBody, operation, authenticate, parse, requireBuilt }

  function limits({ request }: Exchange): void {
    checkOrigin(request.headers, options.trustedHosts)
    checkHeaderCount(request.head, options.headersMax)
    options.admission.admitSource(request.remoteAddress)
  }

  /** Finds out what is meant, before anything can be refused: every refusal is in the words of its service. */
  function identify(exchange: Exchange, claim: Claim): void {
    const scope = claimedScope(claim)
    if (scope) {
      // Presigned addresses of the second version name none.
      if (scope.region !== '') exchange.region = scope.region
      exchange.attemptedService = scope.service
    }
    const moved = movedHeaders(claim)
    if (moved) exchange.request = withHeaders(exchange.request, moved)
    const { request } = exchange
    const head = { ...request.head, headers: request.headers }
    const name = selectService(head, scope?.service)
    const target = request.headers['x-amz-target']
    if (target !== undefined) {
      exchange.attemptedName = target.slice(target.lastIndexOf('.') + 1).slice(0, claimedNameMax)
    }
    const model = name === undefined ? undefined : options.models.get(selectModel(name, head))
    if (!model) return
    exchange.model = model
    if (model.service === 's3') exchange.requestId = s3RequestId(options.ids)
    if (globalServices.has(model.service)) exchange.region = 'us-east-1'
  }

  /** Refuses what nobody serves in the words of its own protocol, so that its client can show them. */
  async function requireService(exchange: Exchange, claim: Claim): Promise<ServiceModel> {
    const { model, attemptedService, request } = exchange
    if (model) return model
    const body = isForm(request)
      ? await request.body.collect({ bytesMax: formBytesMax, timeoutMs: options.bodyTimeoutMs })
      : new Uint8Array()
    const { protocol, eventName } = nameUnserved(request, claimedScope(claim), body)
    exchange.spoken = protocol
    exchange.attemptedName = eventName?.slice(0, claimedNameMax) ?? exchange.attemptedName
    const name = attemptedService === 'unknown' ? 'SERVICE' : attemptedService
    throw failure(
      'unknown-operation',
      `This service is not served here, and no upstream is set for it (--upstream ${name}=ENDPOINT, setting upstreams).`,
    )
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
    // What nobody has built is refused as such also where its callers have no key to sign with.
    const allowsAnonymous = exchange.route?.operation?.anonymous ?? route.operation.unsigned ?? false
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

  function parse(exchange: Exchange, route: Route, body: Uint8Array | AsyncIterable<Uint8Array>): object {
    const input = parseInput(route, body)
    validateInput(route.model, route.operation, input, exchange.route?.operation?.invalid)
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
}

/** What signed chunks may add to an object: 90 bytes for every 8 KiB at least, and trailers. */
const framingBytesMax = 64 * 1024 * 1024

/** Services whose calls are recorded in the partition's leading region, wherever they were sent. */
const globalServices: ReadonlySet<string> = new Set(['iam'])

/** Longest name of an operation that is taken over from a request that names an unknown one. */
const claimedNameMax = 128
