import { engineVersion } from './engine-version.ts'
import { defineOperation } from './service.ts'
import { workGroupName } from './work-group.ts'

export const listWorkGroups = defineOperation({
  name: 'ListWorkGroups',
  action: 'athena:ListWorkGroups',
  uses: [],
  readOnly: true,
  run: () => ({ WorkGroups: [{ Name: workGroupName, State: 'ENABLED' as const, EngineVersion: engineVersion }] }),
})
