import { type PolicyDocument, PolicyError, type PolicyKind, parsePolicy } from '@cairn/aws-kit/iam'
import type { CatalogReader } from '../ports/catalog.ts'
import { accounts, entitiesOf, entityKey } from './entity.ts'
import { limits, policySize } from './limits.ts'
import type { Refuse } from './refuse.ts'

/** Refuses what is no policy for an identity, in AWS's words. Also for session policies. */
export function checkIdentityPolicy(document: string, refuse: Refuse<'MalformedPolicyDocumentException'>): void {
  read(document, 'identity', refuse)
}

/** Refuses what is no trust policy, or names users and roles that do not exist. */
export function checkTrustPolicy(
  document: string,
  catalog: CatalogReader,
  refuse: Refuse<'MalformedPolicyDocumentException' | 'LimitExceededException'>,
): void {
  const { statements } = read(document, 'trust', refuse)
  if (policySize(document) > limits.trustPolicySize) {
    refuse('LimitExceededException', `Cannot exceed quota for ACLSizePerRole: ${limits.trustPolicySize}`)
  }
  for (const arn of statements.flatMap(({ principals }) => principals?.aws ?? [])) {
    if (!mayExist(arn, catalog)) {
      refuse('MalformedPolicyDocumentException', `Invalid principal in policy: "AWS":"${arn}"`)
    }
  }
}

/** Whether a principal is there, as far as can be known: accounts of other installations are nobody's to check. */
function mayExist(arn: string, catalog: CatalogReader): boolean {
  const [, account = '', kind = '', path = ''] = /^arn:[^:]+:iam::(\d{12}):(user|role)\/(.+)$/.exec(arn) ?? []
  if ((kind !== 'user' && kind !== 'role') || catalog.get(accounts, account) === undefined) return true
  const name = path.slice(path.lastIndexOf('/') + 1)
  const entity = catalog.get(entitiesOf(kind), entityKey({ account, name }))
  return entity !== undefined && `${entity.path}${entity.name}` === `/${path}`
}

function read(document: string, kind: PolicyKind, refuse: Refuse<'MalformedPolicyDocumentException'>): PolicyDocument {
  try {
    return parsePolicy(document, kind)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return refuse('MalformedPolicyDocumentException', error.message)
  }
}
