import { type PolicyDocument, PolicyError, type PolicyKind, parsePolicy } from '@cairn/aws-kit/iam'
import type { CatalogReader } from '../ports/catalog.ts'
import { limits, policySize } from './limits.ts'
import { mayExist } from './policy-principals.ts'
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

function read(document: string, kind: PolicyKind, refuse: Refuse<'MalformedPolicyDocumentException'>): PolicyDocument {
  try {
    return parsePolicy(document, kind)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return refuse('MalformedPolicyDocumentException', error.message)
  }
}
