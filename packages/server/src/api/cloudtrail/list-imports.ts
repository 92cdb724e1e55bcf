import { listPage } from './list-page.ts'
import { newestFirst } from './newest-first.ts'
import { defineOperation } from './service.ts'
import { requireStoreArn } from './store-reference.ts'

/** Imports of the account in the region called, newest first. */
export const listImports = defineOperation({
  name: 'ListImports',
  action: 'cloudtrail:ListImports',
  uses: ['lakeImports'],
  readOnly: true,
  invalid: { NextToken: 'InvalidNextTokenException' },
  run(input, { lakeImports }, call, fail) {
    const { Destination: destination, ImportStatus: state } = input
    const storeArn = destination === undefined ? undefined : requireStoreArn(destination, call, fail)
    const imports = lakeImports
      .ofAccount(call.account, call.region)
      .filter((one) => storeArn === undefined || one.storeArn === storeArn)
      .filter((one) => state === undefined || one.state === state)
    const name = `imports ${storeArn ?? ''} ${state ?? ''}`
    const { items, members } = listPage(imports, { name, keyOf: (one) => newestFirst(one) }, input, fail)
    return {
      Imports: items.map((one) => ({
        ImportId: one.id,
        ImportStatus: one.state,
        Destinations: [one.storeArn],
        CreatedTimestamp: one.createdAtMs,
        UpdatedTimestamp: one.updatedAtMs,
      })),
      ...members,
    }
  },
})
