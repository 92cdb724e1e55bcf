import { routeTable } from '@cairn/aws-kit/naming'
import type { HttpRequest } from '../../http-message.ts'
import { type BodyHead, Refusal, readClaim } from '../exchange/index.ts'
import type { NamedCall } from '../naming/index.ts'
import { conditionParameters } from './access-questions.ts'
import { addressedBucket } from './address.ts'

/**
 * Refuses what an upstream may read differently from Cairn's IAM, now that Cairn vouches for it with the upstream's own
 * credentials: a call that is one thing by its target and another by its address, form or signature.
 *
 * @throws Refusal
 */
export function requireOneMeaning(request: HttpRequest, call: NamedCall, head: BodyHead): void {
  const isClear = hasOneService(request, call) && hasOneOperation(request, call, head) && hasOneAddress(request, call)
  if (isClear && hasOneOfEach(request, call)) return
  const message = 'The request can be read in more than one way. With sign=resign such calls are denied.'
  throw new Refusal({ failure: 'access-denied' }, message, 403)
}

/** The upstream was chosen by the signature; what is allowed must be a call of the same service. */
function hasOneService(request: HttpRequest, { service }: NamedCall): boolean {
  return routeTable(service)?.signingName === readClaim(request)?.service
}

/** Operations are told by a target, by `Action` or by method and path: by one of these, once. */
function hasOneOperation({ head, headers }: HttpRequest, { protocol }: NamedCall, body: BodyHead): boolean {
  const hasTarget = headers['x-amz-target'] !== undefined
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const inQuery = actionsIn(head.query)
  switch (protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return hasTarget && !isForm && inQuery === 0
    case 'query':
    case 'ec2Query':
      // Whatever it says of its type, a body may be read as a form.
      return !hasTarget && body.isWhole && inQuery + actionsIn(Buffer.from(body.bytes).toString('latin1')) === 1
    default:
      return !hasTarget
  }
}

function actionsIn(form: string): number {
  return new URLSearchParams(form).getAll('Action').length
}

/** `/mine/../yours/key` is an object of `mine` to S3 and one of `yours` to many a server that claims to be it. */
function hasOneAddress(request: HttpRequest, call: NamedCall): boolean {
  const copySource = (request.headers['x-amz-copy-source'] ?? '').replace(/^\//, '').split('?')[0] ?? ''
  if (!isPlain(request.head.path) || !isPlain(`/${copySource}`)) return false
  if (call.service !== 's3') return true
  const bucket = addressedBucket(request)
  if (bucket === undefined) return call.resourceArns.length === 0
  // What is sent and what is asked for are read from the request by different hands: they must have found the same.
  const named = call.resourceArns.map((arn) => /^arn:[^:]*:s3:::([^/]*)/.exec(arn)?.[1])
  return /^[A-Za-z0-9._-]{1,255}$/.test(bucket) && named.length > 0 && named.every((name) => name === bucket)
}

/** A parameter that comes twice, or in other capitals, may be another one to the upstream than to the policy. */
function hasOneOfEach({ head }: HttpRequest, { service }: NamedCall): boolean {
  if (service !== 's3' || head.query === '') return true
  const names = [...new URLSearchParams(head.query).keys()]
  const known = new Map<string, string>(conditionParameters.map((name) => [name.toLowerCase(), name]))
  const lower = names.map((name) => name.toLowerCase())
  return new Set(lower).size === names.length && names.every((name) => (known.get(name.toLowerCase()) ?? name) === name)
}

/** No segment that means another one, encoded or not, and no empty first one. */
function isPlain(path: string): boolean {
  if (path.startsWith('//')) return false
  const decoded = path.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\')
  return !decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')
}
