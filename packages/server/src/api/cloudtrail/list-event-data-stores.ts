import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

/** ARNs and names, those pending deletion included: the other members of the list are no longer filled by AWS. */
export const listEventDataStores = defineOperation({
  name: 'ListEventDataStores',
  action: 'cloudtrail:ListEventDataStores',
  uses: ['eventDataStores'],
  readOnly: true,
  invalid: { MaxResults: 'InvalidMaxResultsException', NextToken: 'InvalidNextTokenException' },
  run(input, { eventDataStores }, call, fail) {
    const stores = eventDataStores.ofAccount(call.account, call.region)
    const { items, members } = listPage(stores, { name: 'stores', keyOf: ({ name }) => name }, input, fail)
    return { EventDataStores: items.map(({ arn, name }) => ({ EventDataStoreArn: arn, Name: name })), ...members }
  },
})
