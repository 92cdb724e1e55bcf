import { resolve } from 'node:path'
import { z } from 'zod'
import { fromText } from '../json-text.ts'
import type { Rule } from '../rule.ts'
import { listOf, setting, text, yesNo } from '../setting.ts'

const bucket = z.strictObject({
  name: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  /** Accounts whose trails may deliver into it; for nobody's when there is none. */
  accounts: listOf(text(/^\d{12}$/, 'a 12-digit account number')).default([]),
  /** Keys that may be touched begin with one of these; any key when there is none. */
  prefixes: listOf(text()).default([]),
})

const store = z.strictObject(
  {
    /** How commands name it. */
    name: text(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name of lower-case letters, digits and hyphens'),
    endpoint: text(/^https?:\/\/[^/?#@\s]+\/?$/, 'an address such as https://s3.eu-west-1.amazonaws.com'),
    region: text(/^[a-z0-9-]{1,32}$/, 'a region name'),
    credentials: text(
      /^(none|env:[A-Z][A-Z0-9_]*|file:.+)$/,
      'env:PREFIX_, file:PATH or none: secrets themselves do not belong here',
    ),
    pathStyle: yesNo().default(true),
    expectedOwner: z.optional(text(/^\d{12}$/, 'a 12-digit account number')),
    /** Queues in which the store's buckets announce new files, read with the same credentials. */
    queues: listOf(
      text(
        /^https?:\/\/[^/?#@\s]+\/[^?#\s]+$/,
        'the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/logs',
      ),
    ).default([]),
    buckets: z.array(bucket, { error: 'expected a list of buckets' }).min(1, { error: 'expected at least one bucket' }),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? `has no ${issue.keys.join(', ')}` : 'expected a store') },
)

/** S3-compatible stores of others, and who may use which bucket: its policy is not ours to evaluate. */
export const stores = {
  stores: setting(z.preprocess(fromText, z.array(store, { error: 'expected a list of stores' }).default([])), {
    description:
      'S3-compatible stores that log files may be read from and delivered to: `name`, `endpoint`, `region`, `credentials`, `pathStyle` (default true), `expectedOwner` (account that must own the buckets) and `buckets`, each with its `name` if trails of some accounts may deliver into it, those `accounts`, and, if only a part of it may be used, `prefixes`. `queues` are URLs of SQS queues that announce new files, for `cairn import --follow --queue`. `credentials` says where the secret is: `env:PROD_` reads `PROD_ACCESS_KEY_ID`, `PROD_SECRET_ACCESS_KEY` and `PROD_SESSION_TOKEN`, `file:PATH` a file such as `~/.aws/credentials`, both anew for every request; `none` signs nothing. In the environment and as a flag it is JSON. See docs/design/import.md.',
    example:
      '[{name: prod, endpoint: https://s3.eu-west-1.amazonaws.com, region: eu-west-1, credentials: env:PROD_, buckets: [{name: my-trail-bucket, prefixes: [AWSLogs/]}]}]',
    inFolder: (value, folder) =>
      (value as readonly Store[]).map((one) => ({ ...one, credentials: inFolder(one, folder) })),
  }),
}

type Store = z.output<typeof store>

function inFolder({ credentials }: Store, folder: string): string {
  const path = /^file:(.+)$/.exec(credentials)?.[1]
  return path === undefined ? credentials : `file:${resolve(folder, path)}`
}

export const storesRules: readonly Rule<{ mode: string; stores: readonly Store[] }>[] = [
  ({ stores }) =>
    new Set(stores.map(({ name }) => name)).size < stores.length
      ? { key: 'stores', problem: 'gives two stores the same name' }
      : undefined,
  // A trail names a bucket and nothing else.
  ({ stores }) => {
    const delivered = stores.flatMap(({ buckets }) => buckets.filter(({ accounts }) => accounts.length > 0))
    return new Set(delivered.map(({ name }) => name)).size < delivered.length
      ? { key: 'stores', problem: 'lets trails deliver into two buckets of the same name' }
      : undefined
  },
  // Anyone who reaches an emulator is its administrator, and would be one of the store's.
  ({ mode, stores }) =>
    mode === 'emulator' && stores.some(({ credentials }) => credentials !== 'none')
      ? {
          key: 'stores',
          problem: 'holds credentials, which anybody could use in emulator mode: only `none` goes there',
        }
      : undefined,
]
