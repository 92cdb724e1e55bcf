import { bucketCollection } from '../buckets/index.ts'
import { inPoliciesOf, type RenamePrincipal } from '../identity/index.ts'
import { keyCollection, renameInGrants } from '../kms/index.ts'
import { channelCollection } from '../lake/channels/index.ts'
import { eventDataStoreCollection } from '../lake/stores/index.ts'
import { queueCollection } from '../queues/index.ts'

/** Everything outside of identity that names users and roles. */
export const renamePrincipal: readonly RenamePrincipal[] = [
  inPoliciesOf(bucketCollection),
  inPoliciesOf(queueCollection),
  inPoliciesOf(keyCollection),
  inPoliciesOf(eventDataStoreCollection),
  inPoliciesOf(channelCollection),
  renameInGrants,
]
