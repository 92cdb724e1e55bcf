import { bucketOfHost, chooseOperation } from '../protocol/index.ts'
import { resourcesAt } from './path-trie.ts'
import { decodeLenient, type FormParameter, readForm, readFormHead } from './read-form-head.ts'
import { routeIndex, routeTable } from './route-index.ts'
import type { CallProtocol, RoutedOperation, RouteTable } from './route-table.ts'
import { isHostOfAws, servicesOfHost } from './service-of-request.ts'

/** A request as it came over the wire, as far as naming looks at it. */
export interface ObservedRequest {
  readonly method: string
  /** `Host` header, or `:authority`. */
  readonly host: string
  /** Raw path and query as on the wire: `/bucket/a%20b?acl`. */
  readonly target: string
  /** Names in lower case; of a header that came twice, the values joined. */
  readonly headers: Readonly<Record<string, string>>
  /** The first bytes of the body; the caller bounds them. */
  readonly bodyHead: Uint8Array
  /** Whether `bodyHead` is all of it. */
  readonly bodyIsWhole: boolean
  /** Scope of the signature, whether proven or not. Absent: unsigned. */
  readonly signing?: { readonly service: string; readonly region: string }
}

export interface Identified {
  /** Absent when nothing tells the service. */
  readonly table?: RouteTable
  readonly operation?: RoutedOperation
  /** The operation's name as the request spells it, where it does: of an unknown one too. */
  readonly spelled?: string
  readonly protocol: CallProtocol
  /** Decoded labels of the path. */
  readonly labels: Readonly<Record<string, string>>
  readonly query: readonly FormParameter[]
  /** Of the query protocols: parameters of URL and body. */
  readonly form: readonly FormParameter[]
  /** Whether the service was told by signature, host or target, and only one operation fits. */
  readonly isCertain: boolean
}

interface Clue {
  readonly request: ObservedRequest
  /** S3's with the bucket in front, wherever it came from. */
  readonly path: string
  readonly query: readonly FormParameter[]
  readonly services: readonly string[]
  /** Those of the services that the host names too. */
  readonly hosted: readonly string[]
  /** The services are more than a guess. */
  readonly isTold: boolean
  /** Signature or host name a service that no table knows. */
  readonly isForeign: boolean
}

/** A header as long as this is no name of an operation. */
const nameCharsMax = 256

/**
 * Which operation of which service a request means. Signature and host narrow the services; then the target, the path
 * of an RPC, the action of a form or the route decides, whichever the request has. Never throws.
 */
export function identify(request: ObservedRequest): Identified {
  const clue = clueOf(request)
  return byRpcPath(clue) ?? byTarget(clue) ?? byForm(clue) ?? byRoute(clue)
}

function clueOf(request: ObservedRequest): Clue {
  const question = request.target.indexOf('?')
  const path = question < 0 ? request.target : request.target.slice(0, question)
  const query = question < 0 ? [] : readForm(request.target.slice(question + 1), true)
  const signed = routeIndex().bySigningName.get(request.signing?.service.toLowerCase() ?? '') ?? []
  const hosted = servicesOfHost(request.host)
  // The host decides between services that sign under one name; the signature is what the server will believe.
  const both = signed.length > 0 ? signed.filter((service) => hosted.includes(service)) : hosted
  const services = [...both, ...signed.filter((each) => !both.includes(each))]
  const isTold = services.length > 0
  const isForeign = !isTold && (request.signing !== undefined || isHostOfAws(request.host))
  return { request, path, query, services, hosted: both, isTold, isForeign }
}

function byRpcPath({ request, path, query, services }: Clue): Identified | undefined {
  const [, prefix, name] = /^\/(?:.*\/)?service\/([^/]{1,256})\/operation\/([^/]{1,256})\/?$/.exec(path) ?? []
  if (prefix === undefined || name === undefined) return undefined
  // A route of a rest protocol may look like this too; then the header that marks the protocol is missing.
  const owner = routeIndex().byTarget.get(prefix)
  if (owner === undefined && request.headers['smithy-protocol'] === undefined) return undefined
  const protocol = request.headers['smithy-protocol'] === 'rpc-v2-json' ? 'awsJson1_1' : 'rpcV2Cbor'
  return byName(name, owner ?? services, { protocol, query, isCertain: owner !== undefined })
}

function byTarget({ request, query, services }: Clue): Identified | undefined {
  const target = request.headers['x-amz-target']?.slice(0, 2 * nameCharsMax)
  if (target === undefined) return undefined
  const dot = target.lastIndexOf('.')
  const prefix = target.slice(0, Math.max(dot, 0))
  const { byTarget: targets } = routeIndex()
  // Some clients write `com.amazonaws.cloudtrail.v20131101.` in front.
  const owner = targets.get(prefix) ?? targets.get(prefix.slice(prefix.lastIndexOf('.') + 1))
  const named = byName(target.slice(dot + 1, dot + 1 + nameCharsMax), owner ?? services, {
    protocol: request.headers['content-type']?.includes('json-1.0') === true ? 'awsJson1_0' : 'awsJson1_1',
    query,
    isCertain: owner !== undefined,
  })
  // A stray header on a request of S3 names nothing.
  return named.operation === undefined && owner === undefined && services.includes('s3') ? undefined : named
}

const looksLikeForm = /(?:^|&)Action=([A-Za-z0-9]{1,256})(?:&|$)/
/** As far into a body as its `Action` is looked for where the content type says nothing of a form. */
const actionCharsMax = 4096

function byForm({ request, query, services, isTold }: Clue): Identified | undefined {
  const inUrl = query.find(([name]) => name === 'Action')?.[1]
  const { bodyHead, bodyIsWhole, headers } = request
  const isDeclared = headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true
  const mayBe = isDeclared || inUrl !== undefined || bodyHead[0] === 0x41
  if (!mayBe || (services.length > 0 && !speaksForms(services))) return undefined
  if (!isDeclared && inUrl === undefined) {
    const start = Buffer.from(bodyHead.buffer, bodyHead.byteOffset, Math.min(bodyHead.byteLength, actionCharsMax))
    if (!looksLikeForm.test(start.toString('latin1'))) return undefined
  }
  const form = [...query.filter(([name]) => !name.startsWith('X-Amz-')), ...readFormHead(bodyHead, bodyIsWhole)]
  const action = (form.find(([name]) => name === 'Action')?.[1] ?? '').slice(0, nameCharsMax)
  const version = form.find(([name]) => name === 'Version')?.[1]
  if (action === '') return undefined
  const versioned = routeIndex().byFormVersion.get(version ?? '') ?? []
  const owners = isTold ? narrowed(services, versioned) : versioned
  return { ...byName(action, owners, { protocol: 'query', query, isCertain: isTold }), form }
}

function speaksForms(services: readonly string[]): boolean {
  const { formServices } = routeIndex()
  return services.some((service) => formServices.has(service))
}

/** Those of the services that are also in `others`, or all when none is. */
function narrowed(services: readonly string[], others: readonly string[]): readonly string[] {
  const both = services.filter((service) => others.includes(service))
  return both.length > 0 ? both : services
}

function byName(
  name: string,
  services: readonly string[],
  found: { readonly protocol: CallProtocol; readonly query: readonly FormParameter[]; readonly isCertain: boolean },
): Identified {
  const rest = { spelled: name, labels: {}, form: [] }
  for (const service of services) {
    const table = routeTable(service)
    const operation = table.operations.get(name)
    if (operation === undefined) continue
    const protocol = found.protocol === 'query' && table.protocol === 'ec2Query' ? 'ec2Query' : found.protocol
    return { ...found, ...rest, table, operation, protocol }
  }
  const [first] = services
  return { ...found, ...rest, ...(first !== undefined && { table: routeTable(first) }), isCertain: false }
}

function byRoute(clue: Clue): Identified {
  const { request, path, query, services, hosted, isTold, isForeign } = clue
  if (isForeign) return { protocol: 'unknown', labels: {}, query, form: [], isCertain: false }
  // What says nothing of its service and is no form can only be S3, whose objects may be read without a signature.
  const candidates = isTold ? services : ['s3']
  const match = bestMatch(clue, hosted) ?? bestMatch(clue, candidates)
  if (match !== undefined) return match
  const [first = 's3'] = candidates
  const table = routeTable(first)
  // A request for an object with a query that S3 does not know is still one on that bucket and key.
  const labels = first === 's3' ? readLabels('/{Bucket}/{Key+}', s3Path(request.host, path)) : {}
  const protocol = isTold || first !== 's3' ? table.protocol : 'unknown'
  return { table, protocol, labels, query, form: [], isCertain: false }
}

/**
 * The operation whose route fits with the most of it spelt out: `/v20180820/accesspoint/x` is S3 Control's before it is
 * a bucket's. Between equals the first service wins.
 */
function bestMatch({ request, path, query, isTold }: Clue, services: readonly string[]): Identified | undefined {
  const present = new Map(query)
  let best: { readonly found: Identified; readonly spelt: number } | undefined
  for (const service of services) {
    const table = routeTable(service)
    if (table.protocol !== 'restJson1' && table.protocol !== 'restXml') continue
    const own = service === 's3' ? s3Path(request.host, path) : path
    const operation = routed(table, { ...request, present }, own)
    if (operation === undefined) continue
    const spelt = operation.http.uri.split('/').filter((segment) => segment !== '' && !segment.startsWith('{')).length
    if (best !== undefined && spelt <= best.spelt) continue
    const labels = readLabels(operation.http.uri, own)
    best = { spelt, found: { table, operation, protocol: table.protocol, labels, query, form: [], isCertain: isTold } }
    if (services.length === 1) break
  }
  return best?.found
}

function routed(
  table: RouteTable,
  { method, headers, present }: Pick<ObservedRequest, 'method' | 'headers'> & { present: ReadonlyMap<string, string> },
  path: string,
): RoutedOperation | undefined {
  for (const resource of resourcesAt(table, path)) {
    const chosen = chooseOperation(resource, method, present, headers)
    if (chosen !== undefined) return table.operations.get(chosen.name)
  }
  return undefined
}

function s3Path(host: string, path: string): string {
  const bucket = bucketOfHost(host)
  return bucket === undefined ? path : `/${bucket}${path}`
}

/** Decoded labels of a template that fits the path: the greedy one takes what the others leave. */
function readLabels(uri: string, path: string): Readonly<Record<string, string>> {
  const segments = (uri.split('?')[0] ?? '').split('/').slice(1)
  const parts = path.split('/').slice(1)
  const labels: [string, string][] = []
  let at = 0
  segments.forEach((segment, index) => {
    const [, label, greedy] = /^\{(.*?)(\+?)\}$/.exec(segment) ?? []
    const taken = greedy === '+' ? Math.max(parts.length - at - (segments.length - index - 1), 0) : 1
    const text = parts.slice(at, at + taken).join('/')
    if (label !== undefined && text !== '') labels.push([label, decodeLenient(text)])
    at += taken
  })
  return Object.fromEntries(labels)
}
