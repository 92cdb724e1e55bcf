import type { Protocol } from '@cairn/aws-kit/model'
import { type FrameworkFailure, frameworkCode, frameworkStatus } from '@cairn/aws-kit/protocol'
import { type SigningKeys, SigV4Error } from '@cairn/aws-kit/sigv4'
import type { DescribedError } from '../capture/exchange/index.ts'
import type { AccessQuestion, VerifiedHead } from '../capture/gateway/index.ts'
import type { HttpRequest } from '../http-message.ts'
import type { Identity } from '../identity/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Admission } from './admission.ts'
import { claimedScope, findCaller, proveSignature, readClaim } from './authenticate.ts'
import { createRequireAccess } from './authorise.ts'
import { checkHeaderCount, checkOrigin } from './origin.ts'
import { causeToLog, toApiError } from './to-api-error.ts'

/** The stages of Cairn's own calls, as far as calls that are carried to upstreams go through them too. */
export function createCarryStages(options: {
  readonly identity: Identity
  readonly admission: Admission
  readonly signingKeys: SigningKeys
  readonly machineClock: Clock
  readonly trustedHosts: readonly string[]
  readonly headersMax: number
  readonly region: string
}) {
  const { identity, admission, machineClock } = options
  const requireAccess = createRequireAccess(identity)
  return {
    /** @throws ApiError */
    admit(request: HttpRequest): void {
      checkOrigin(request.headers, options.trustedHosts)
      checkHeaderCount(request.head, options.headersMax)
      admission.admitSource(request.remoteAddress)
    },

    /** @throws SigV4Error, ApiError */
    verify(request: HttpRequest): VerifiedHead {
      const claim = readClaim(request, machineClock.nowMs())
      const signingName = claimedScope(claim)?.service ?? ''
      const caller = findCaller(claim, { signingName, allowsAnonymous: false }, identity, options.signingKeys)
      const { principal, signature } = caller
      if (signature === undefined) throw new SigV4Error('unauthenticated')
      return {
        principal,
        ...signature,
        prove(body) {
          proveSignature(caller, body)
          if (!('account' in principal)) return
          const region = claimedScope(claim)?.region ?? options.region
          identity.accessKeys.noteUse(principal, { service: signingName, region })
          admission.admitAccount(principal.account)
        },
      }
    },

    /** @throws ApiError `access-denied` */
    requireAccess(question: AccessQuestion, caller: VerifiedHead, request: HttpRequest): void {
      const { region } = caller.request.scope
      requireAccess(question, { principal: caller.principal, request, receivedAtMs: machineClock.nowMs(), region })
    },
  }
}

/** What these stages throw, in the words of a protocol. */
export function describeError(error: unknown, protocol: Protocol): DescribedError {
  const refused = toApiError(error, protocol)
  const { code, message } = refused
  const cause = causeToLog(refused)
  return {
    code: typeof code === 'string' ? code : frameworkCode(protocol, code.failure),
    message,
    status: refused.status ?? (typeof code === 'string' ? 400 : statusOf(protocol, code.failure)),
    ...(cause !== undefined && { cause }),
  }
}

/** Where no model says it: the JSON protocols answer 400 to nearly everything, the others go by HTTP's meaning. */
function statusOf(protocol: Protocol, failure: FrameworkFailure): number {
  const known = frameworkStatus(protocol, failure)
  if (known !== undefined || protocol.startsWith('awsJson')) return known ?? 400
  if (failure === 'access-denied') return 403
  return failure === 'throttled' ? 503 : 400
}
