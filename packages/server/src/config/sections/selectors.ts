import { listOf, setting, text } from '../setting.ts'

const typeName = text(/^\w{1,64}::\w{1,64}::\w{1,64}$/, 'a type of resource such as ACME::Ledger::Entry')

/** What selectors of trails and event data stores may name. */
export const selectors = {
  resourceTypes: setting(listOf(typeName).default([]), {
    description:
      'Types of resources that advanced event selectors may name in `resources.type` besides those of AWS: of a private cloud, or newer than this release. Any other is refused as a typing error.',
    example: 'ACME::Ledger::Entry',
  }),
}
