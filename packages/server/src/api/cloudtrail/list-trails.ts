import { defineOperation } from './service.ts'

/** One page holds all trails of an account: the model has no page size, and `NextToken` is never given. */
export const listTrails = defineOperation({
  name: 'ListTrails',
  action: 'cloudtrail:ListTrails',
  uses: ['trails'],
  readOnly: true,
  run: (_input, { trails }, call) => ({
    Trails: trails.ofAccount(call.account).map(({ arn, name, homeRegion }) => ({
      TrailARN: arn,
      Name: name,
      HomeRegion: homeRegion,
    })),
  }),
})
