import { object, strings } from './json-shape.ts'
import type { PrincipalSet } from './policy-document.ts'
import { PolicyError } from './policy-error.ts'

const arnForms =
  /^arn:[a-z0-9-]+:(iam::\d{12}:(root|user\/[\w+=,.@/-]+|role\/[\w+=,.@/-]+)|sts::\d{12}:(assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+))$/
/** Whether `text` has the form of an ARN of an account's root, a user, a role, or a session of one. */
export function isPrincipalArn(text: string): boolean {
  return arnForms.test(text)
}

/** CloudFront's own users, whose names have spaces. */
const originAccess = /^arn:[a-z0-9-]+:iam::cloudfront:user\/CloudFront Origin Access Identity [A-Z0-9]+$/

/** What may stand behind each kind; a wildcard is everyone or nothing, never a part of a name. */
const forms: Readonly<Record<string, (name: string) => boolean>> = {
  AWS: (name) =>
    name === '*' ||
    /^\d{12}$/.test(name) ||
    /^A[A-Z0-9]{15,127}$/.test(name) ||
    isPrincipalArn(name) ||
    originAccess.test(name),
  Service: (name) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.(com(\.cn)?|eu)|amazon\.com|internal)$/.test(name),
  Federated: (name) =>
    name === '*' || /^(arn:[a-z0-9-]+:iam::\d{12}:(saml|oidc)-provider\/\S+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/.test(name),
  CanonicalUser: (name) => /^[0-9a-f]{64}$/.test(name),
}

/**
 * Reads `"*"` or `{ "AWS": …, "Service": …, "Federated": …, "CanonicalUser": … }`.
 *
 * @throws PolicyError
 */
export function parsePrincipals(source: unknown, isNegated: boolean, at: string): PrincipalSet {
  if (source === '*') return { ...nobody, isNegated, isAnyone: true }
  const named: Record<string, readonly string[]> = {}
  for (const [kind, value] of Object.entries(typeof source === 'string' ? invalid(source, at) : object(source, at))) {
    const isForm = Object.hasOwn(forms, kind) ? forms[kind] : undefined
    if (isForm === undefined) throw new PolicyError(`Invalid principal in policy: "${kind.slice(0, 64)}"`, at)
    const names = strings(value, `${at}.${kind}`)
    for (const name of names) if (!isForm(name)) invalid(`"${kind}":"${name.slice(0, 256)}"`, `${at}.${kind}`)
    named[kind] = names
  }
  if (Object.keys(named).length === 0) throw new PolicyError('Missing required field Principal cannot be empty!', at)
  const { AWS: aws = [], Service: services = [], Federated: federated = [], CanonicalUser: canonicalUsers = [] } = named
  return { isNegated, isAnyone: aws.includes('*'), aws, services, federated, canonicalUsers }
}

const nobody = { aws: [], services: [], federated: [], canonicalUsers: [] }

function invalid(what: string, at: string): never {
  throw new PolicyError(`Invalid principal in policy: ${what.slice(0, 400)}`, at)
}
