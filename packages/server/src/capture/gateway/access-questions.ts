import { conditionHeaders } from '../../buckets/index.ts'
import type { HttpRequest } from '../../http-message.ts'
import { Refusal } from '../exchange/index.ts'
import type { NamedCall } from '../naming/index.ts'

export interface AccessQuestion {
  readonly action: string
  readonly resource: string
  /** Condition keys of the service; what its policies say of a request's form is held against them. */
  readonly context?: Readonly<Record<string, string>>
}

/**
 * What Cairn's IAM must allow before a call is signed with the upstream's credentials: every action on every resource
 * of its kind. What cannot be told apart is asked for as a whole, so that it is never allowed by accident.
 *
 * @throws Refusal for a call that cannot be named: nobody can say whether it is allowed
 */
export function accessQuestions(
  call: NamedCall,
  request: Pick<HttpRequest, 'headers' | 'head'>,
  partition: string,
): readonly AccessQuestion[] {
  const { actions, certainty, operation, service } = call
  if (certainty !== 'known' || operation === undefined || actions.length === 0) throw unnamed(call)
  const copySource = request.headers['x-amz-copy-source']
  const resources = call.resourceArns.length === 0 ? ['*'] : call.resourceArns
  const asked: readonly AccessQuestion[] = actions
    // Of a copy, what is read is asked for by the name it has in the request.
    .filter((action) => copySource === undefined || action !== 's3:GetObject')
    .flatMap((action) => resources.map((resource) => ({ action, resource: ofItsKind(action, resource) })))
  const questions = [
    ...asked,
    ...(copySource === undefined ? [] : [copiedObject(copySource, partition)]),
    ...passedRoles(call),
  ]
  if (service !== 's3') return questions
  const context = s3Context(request)
  return questions.map((question) => ({ ...question, context: { ...context, ...question.context } }))
}

/** The upstream's credentials may hand over roles that the caller must not reach. */
function passedRoles({ passedRoles = [], eventSource }: NamedCall): readonly AccessQuestion[] {
  // Tasks are another service than the one that starts them.
  const service = eventSource === 'ecs.amazonaws.com' ? 'ecs-tasks.amazonaws.com' : eventSource
  return passedRoles.map((resource) => ({
    action: 'iam:PassRole',
    resource,
    context: { 'iam:passedtoservice': service },
  }))
}

/** Parameters of an address that policies can ask about. @source Service Authorization Reference, Amazon S3 */
export const conditionParameters = ['delimiter', 'max-keys', 'prefix', 'versionId'] as const

function s3Context({ headers, head }: Pick<HttpRequest, 'headers' | 'head'>): Readonly<Record<string, string>> {
  const query = new URLSearchParams(head.query)
  const context: Record<string, string> = {}
  const add = (name: string, value: string | null) => {
    if (value !== null) context[`s3:${name.toLowerCase()}`] = value
  }
  for (const name of conditionHeaders) add(name, headers[name] ?? query.get(name))
  for (const name of conditionParameters) add(name, query.get(name))
  return context
}

/**
 * The keys of DeleteObjects are in a body that is not read for them: only who may do it to every object of the bucket
 * may do it at all.
 */
function ofItsKind(action: string, resource: string): string {
  const isOnObjects = /^s3:([A-Z][a-z]+Object|BypassGovernance)/.test(action)
  return isOnObjects && resource !== '*' && !resource.includes('/') ? `${resource}/*` : resource
}

/**
 * `/bucket/key?versionId=…` or an ARN, percent-encoded. The upstream's credentials could read what the caller may not;
 * nobody is allowed what cannot be read.
 */
function copiedObject(source: string, partition: string): AccessQuestion {
  const [path = '', version = ''] = source.replace(/^\//, '').split('?')
  const versionId = new URLSearchParams(version).get('versionId') ?? undefined
  const action = version.includes('versionId=') ? 's3:GetObjectVersion' : 's3:GetObject'
  const decoded = decodedOrNone(path)
  return {
    action,
    resource: decoded.startsWith('arn:') ? decoded : `arn:${partition}:s3:::${decoded}`,
    ...(versionId !== undefined && { context: { 's3:versionid': versionId } }),
  }
}

function decodedOrNone(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function unnamed({ service, eventName }: NamedCall): Refusal {
  return new Refusal(
    { failure: 'access-denied' },
    `Cairn cannot tell for certain which operation of ${service} this is (${eventName}), so it cannot tell whether it is allowed. With sign=resign such calls are denied.`,
    403,
  )
}
