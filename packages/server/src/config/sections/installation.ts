import { z } from 'zod'
import type { Rule } from '../rule.ts'
import { listOf, oneOf, setting, text } from '../setting.ts'

const accountId = text(/^\d{12}$/, 'a 12-digit account number')
/** Region names are no closed list: private clouds have their own. */
const regionName = text(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a region name: lower-case letters, digits and hyphens')

/** What this installation is: its data, its accounts, its regions and how strictly it behaves. */
export const installation = {
  dataDir: setting(text().default('./cairn-data'), {
    description: 'Folder that holds everything this installation keeps. Created at the first start.',
    isPath: true,
    isCommon: true,
  }),
  keyFile: setting(z.optional(text()), {
    description:
      'File with the key that encrypts secrets, created at the first start. Default: `vault.key` in the data directory. Put it on another volume so that a stolen data directory reveals no secret.',
    isPath: true,
    isCommon: true,
  }),
  account: setting(accountId.default('123456789012'), {
    description: "The installation's own account; requests that fail authentication are recorded here.",
    isCommon: true,
  }),
  accounts: setting(listOf(accountId).default([]), {
    description: 'More accounts. Each gets a root and an `admin` user with a key of its own at the next start.',
    example: '111111111111,222222222222',
  }),
  region: setting(regionName.default('us-east-1'), {
    description: 'Region of calls that name none, and the one that `cairn env` prints.',
    isCommon: true,
  }),
  regions: setting(listOf(regionName).default([]), {
    description:
      'Regions known to be in use even before a call was seen there. No list is complete: calls to any other region are answered too, and a trail of all regions covers them.',
    example: 'us-east-1,eu-central-1',
  }),
  mode: setting(oneOf(['strict', 'emulator']).default('strict'), {
    description:
      "How callers are treated. `strict` authenticates and authorises every call. `emulator`, for CI and other people's test suites, accepts any credentials (an access key of 12 digits names the account) and demands no bucket policies; everything else is real. Never for an audit trail that someone relies on.",
    isCommon: true,
  }),
  quotas: setting(oneOf(['none', 'aws']).default('none'), {
    description:
      '`aws` applies the quotas of an AWS account with the errors of AWS: 5 trails seen in a region, 2 look-ups a second, the published rates of the other CloudTrail operations. `none` lifts them. Limits that protect the server (`limits.*`) hold either way.',
  }),
}

export const installationRules: readonly Rule<{
  account: string
  accounts: readonly string[]
  regions: readonly string[]
}>[] = [
  (config) =>
    config.regions.every((name, index) => !config.regions.includes(name, index + 1))
      ? undefined
      : { key: 'regions', problem: 'names a region twice' },
  (config) =>
    config.accounts.includes(config.account) || new Set(config.accounts).size < config.accounts.length
      ? { key: 'accounts', problem: 'names an account twice (account itself need not be listed)' }
      : undefined,
]
