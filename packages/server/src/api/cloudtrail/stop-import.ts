import { describeImport, describeStatistics } from './import-description.ts'
import { importAccess, resolveImport } from './import-reference.ts'
import { defineOperation } from './service.ts'

const action = 'cloudtrail:StopImport'

/** What was copied stays; StartImport with its id goes on. One that has ended is answered as it is. */
export const stopImport = defineOperation({
  name: 'StopImport',
  action,
  uses: ['lakeImports'],
  readOnly: false,
  access: (input, { lakeImports }, call) => importAccess(action, input.ImportId, lakeImports, call),
  async run(input, { lakeImports }, call, fail) {
    const stopped = await lakeImports.stop(resolveImport(input.ImportId, lakeImports, call, fail))
    return { ...describeImport(stopped), ImportStatistics: describeStatistics(stopped) }
  },
})
