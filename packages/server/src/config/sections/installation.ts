import { z } from 'zod'
import type { Rule } from '../rule.ts'
import { listOf, oneOf, setting, text } from '../setting.ts'

const accountId = text(/^\d{12}$/, 'a 12-digit account number')
const regionName = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region name such as eu-central-1')

/** The regions of the `aws` partition that need no opt-in: what a new account sees. */
const defaultRegions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const

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
  regions: setting(listOf(regionName).default([...defaultRegions]), {
    description: 'Every region that exists here. Multi-region trails cover them all; calls to any other are refused.',
    example: 'us-east-1,eu-central-1',
  }),
  mode: setting(oneOf(['strict', 'emulator']).default('strict'), {
    description:
      "`strict` authenticates and authorises every call. `emulator`, for CI and other people's test suites, accepts any credentials (an access key of 12 digits names the account) and demands no bucket policies; everything else is real. Never for an audit trail that someone relies on.",
    isCommon: true,
  }),
  quotas: setting(oneOf(['none', 'aws']).default('none'), {
    description:
      '`aws` enforces the numbers of trails, selectors and the like that an AWS account starts with; `none` lifts them. Limits that protect the server (`limits.*`) hold either way.',
  }),
}

export const installationRules: readonly Rule<{
  account: string
  accounts: readonly string[]
  region: string
  regions: readonly string[]
}>[] = [
  (config) =>
    config.regions.includes(config.region)
      ? undefined
      : { key: 'region', problem: `is "${config.region}", which is not among regions` },
  (config) =>
    config.accounts.includes(config.account) || new Set(config.accounts).size < config.accounts.length
      ? { key: 'accounts', problem: 'names an account twice (account itself need not be listed)' }
      : undefined,
]
