import { engineVersion } from './engine-version.ts'
import { defineOperation } from './service.ts'
import { checkWorkGroup, workGroupAccess } from './work-group.ts'

/** There is one work group, `primary`: clients look it up before they ask. */
export const getWorkGroup = defineOperation({
  name: 'GetWorkGroup',
  action: 'athena:GetWorkGroup',
  uses: [],
  readOnly: true,
  access: (input, _capabilities, call) => workGroupAccess('athena:GetWorkGroup', call, input.WorkGroup),
  run(input, _capabilities, _call, fail) {
    checkWorkGroup(input.WorkGroup, fail)
    return {
      WorkGroup: {
        Name: 'primary',
        State: 'ENABLED',
        Configuration: {
          EnforceWorkGroupConfiguration: false,
          PublishCloudWatchMetricsEnabled: false,
          RequesterPaysEnabled: false,
          EngineVersion: engineVersion,
        },
      },
    }
  },
})
