import type { SeenCall } from './seen-call.ts'

/** A statement of an identity policy; always Allow. */
export interface PolicyStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

/** One thing that a call has to be allowed. */
export interface Need {
  readonly action: string
  /** ARN, or `*` where the action has no resource or the record names none. */
  readonly resource: string
}

/** What a call needs to be allowed: each of its actions on each of its resources that the action can be about. */
export function needsOf(call: Pick<SeenCall, 'actions' | 'resources'>): readonly Need[] {
  const arns = call.resources.flatMap(({ ARN }) => (ARN === undefined ? [] : [ARN]))
  return call.actions.flatMap((action) => {
    const own = arns.filter((arn) => isAbout(action, arn))
    const resources = own.length > 0 ? own : ['*']
    return mostSpecific(resources).map((resource) => ({ action, resource }))
  })
}

/** `s3:PutObject` is about `arn:aws:s3:::…`; of a key that S3 uses, `kms:Decrypt` is. */
function isAbout(action: string, arn: string): boolean {
  return arn.split(':')[2] === action.split(':')[0]
}

/** Records name the bucket of an object too; what is asked for is the object. */
function mostSpecific(arns: readonly string[]): readonly string[] {
  return arns.filter((arn) => !arns.some((other) => other !== arn && other.startsWith(`${arn}/`)))
}

/**
 * The least policy under which `calls` would all be allowed again. Calls that were denied are in it only when
 * `withDenied`: they did not happen, and the program got by without.
 *
 * Equal lists of resources share a statement, so that the policy stays short; no action is in two.
 */
export function leastPolicy(
  calls: readonly SeenCall[],
  options: { readonly withDenied?: boolean } = {},
): PolicyDocument {
  const resourcesOf = new Map<string, Set<string>>()
  for (const call of calls) {
    if (isDenied(call) && options.withDenied !== true) continue
    for (const { action, resource } of needsOf(call)) {
      const resources = resourcesOf.get(action)
      if (resources) resources.add(resource)
      else resourcesOf.set(action, new Set([resource]))
    }
  }
  const statements = new Map<string, { readonly actions: string[]; readonly resources: readonly string[] }>()
  for (const [action, found] of [...resourcesOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const resources = found.has('*') ? ['*'] : [...found].sort()
    const key = JSON.stringify([action.split(':')[0], resources])
    const statement = statements.get(key)
    if (statement) statement.actions.push(action)
    else statements.set(key, { actions: [action], resources })
  }
  return {
    Version: '2012-10-17',
    Statement: [...statements.values()].map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  }
}

/** Whether IAM refused it; other refusals say nothing about permissions. */
export function isDenied({ error }: Pick<SeenCall, 'error'>): boolean {
  return error !== undefined && /AccessDenied|UnauthorizedOperation|NotAuthorized/.test(error)
}
