import { describeImport, describeStatistics } from './import-description.ts'
import { importAccess, resolveImport } from './import-reference.ts'
import { defineOperation } from './service.ts'

const action = 'cloudtrail:GetImport'

export const getImport = defineOperation({
  name: 'GetImport',
  action,
  uses: ['lakeImports'],
  readOnly: true,
  access: (input, { lakeImports }, call) => importAccess(action, input.ImportId, lakeImports, call),
  run(input, { lakeImports }, call, fail) {
    const found = resolveImport(input.ImportId, lakeImports, call, fail)
    return { ...describeImport(found), ImportStatistics: describeStatistics(found) }
  },
})
