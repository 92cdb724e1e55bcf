import { durationMs, setting } from '../setting.ts'

/** Log files that are taken in from stores. */
export const imports = {
  followInterval: setting(durationMs(1_000, 3_600_000).default(20_000), {
    unit: 'duration',
    description:
      'How often a store that is followed (`cairn import --follow`) is asked for new files. Each time costs one listing request for each account, region and kind of log file.',
    example: '20s',
  }),
}
