import type { Need, SeenCall } from './seen-call.ts'

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

/**
 * The least policy under which `calls` would all be allowed again, as far as they are known. Calls that were denied are not
 * in it: they did not happen, and the program got by without.
 *
 * Equal lists of resources share a statement, so that the policy stays short; no action is in two.
 */
export function leastPolicy(calls: readonly SeenCall[]): PolicyDocument {
  const resourcesOf = new Map<string, Set<string>>()
  for (const call of calls) {
    if (isDenied(call)) continue
    for (const { action, resource: arn } of needsOf(call)) {
      const resource = literal(arn)
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

/**
 * That an object is not there S3 tells only to who may list its bucket; others are denied, and the program would see
 * another answer than it did.
 *
 * @source Amazon S3 API Reference, GetObject, HeadObject and GetObjectAttributes, permissions
 */
function needsOf({ needs = [], error }: SeenCall): readonly Need[] {
  if (error !== 'NoSuchKey') return needs
  const read = needs.find(({ action }) => /^s3:GetObject(Version)?$/.test(action))
  const bucket = /^(arn:[^:]*:s3:::[^/]+)\//.exec(read?.resource ?? '')?.[1]
  return bucket === undefined ? needs : [...needs, { action: 's3:ListBucket', resource: bucket }]
}

/** Wildcards in a name are none, but for the last one, by which a whole bucket is meant. @source IAM policy variables */
function literal(arn: string): string {
  if (arn === '*') return arn
  const [, name = arn, all = ''] = /^(.*?)(\/\*)?$/s.exec(arn) ?? []
  return `${name.replace(/[*?$]/g, (character) => `\${${character}}`)}${all}`
}

/** Whether IAM refused it; other refusals say nothing about permissions. */
export function isDenied({ error }: Pick<SeenCall, 'error'>): boolean {
  return error !== undefined && /AccessDenied|UnauthorizedOperation|NotAuthorized/.test(error)
}
