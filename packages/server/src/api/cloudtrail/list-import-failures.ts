import type { ImportFailure } from '../../lake/imports/index.ts'
import { importAccess } from './import-reference.ts'
import { listPage } from './list-page.ts'
import { defineOperation } from './service.ts'

const action = 'cloudtrail:ListImportFailures'

/** @quirk The model has no error for an import that does not exist: like AWS, it then has no failures. */
export const listImportFailures = defineOperation({
  name: 'ListImportFailures',
  action,
  uses: ['lakeImports'],
  readOnly: true,
  invalid: { NextToken: 'InvalidNextTokenException' },
  access: (input, { lakeImports }, call) => importAccess(action, input.ImportId, lakeImports, call),
  run(input, { lakeImports }, { account, region }, fail) {
    const found = lakeImports.find({ account, region, id: input.ImportId })
    const failures = found === undefined ? [] : lakeImports.failures(found.id)
    const list = { name: `failures ${input.ImportId}`, keyOf: ({ location }: ImportFailure) => location }
    const { items, members } = listPage(failures, list, input, fail)
    return {
      Failures: items.map(({ location, status, type, message, updatedAtMs }) => ({
        Location: location,
        Status: status,
        ErrorType: type,
        ErrorMessage: message,
        LastUpdatedTime: updatedAtMs,
      })),
      ...members,
    }
  },
})
