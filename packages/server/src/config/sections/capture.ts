import { z } from 'zod'
import { fromText } from '../json-text.ts'
import type { Rule } from '../rule.ts'
import { durationMs, listOf, oneOf, setting, text } from '../setting.ts'

const second = 1000

const pattern = listOf(text(undefined, 'a pattern such as Get*'))

const rule = z.strictObject(
  {
    level: oneOf(['none', 'metadata', 'request', 'full']),
    services: z.optional(pattern),
    operations: z.optional(pattern),
    principals: z.optional(pattern),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? `has no ${issue.keys.join(', ')}` : 'expected a rule') },
)

const identity = z
  .strictObject(
    {
      accessKeyId: z.optional(text(/^\S{1,128}$/, 'an access key id')),
      subject: z.optional(text(/^\S{1,256}$/, 'the subject of a token')),
      account: text(/^\d{12}$/, 'a 12-digit account number'),
      user: z.optional(text(/^[\w+=,.@/-]{1,512}$/, 'the name of a user')),
      role: z.optional(text(/^[\w+=,.@/-]{1,512}$/, 'the name of a role')),
      session: z.optional(text(/^[\w+=,.@-]{2,64}$/, 'the name of a session')),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? `has no ${issue.keys.join(', ')}` : 'expected an identity',
    },
  )
  .refine((one) => (one.accessKeyId === undefined) !== (one.subject === undefined), {
    error: 'needs either accessKeyId or subject',
  })
  .refine((one) => one.user === undefined || (one.role === undefined && one.session === undefined), {
    error: 'is either a user, or a role and its session',
  })
  .refine((one) => one.session === undefined || one.role !== undefined, { error: 'has a session without a role' })

/** What gateway and forward proxy record of the calls they carry. */
export const capture = {
  onRecordFailure: setting(oneOf(['refuse', 'allow']).default('refuse'), {
    description:
      'What happens to a call that cannot be recorded, e.g. because the disk is full: `refuse` carries out no change without a durable announcement and withholds answers without a record; `allow` lets calls pass, says so in log and metrics, and writes a record of how many went without one as soon as it can.',
  }),
  rules: setting(z.preprocess(fromText, z.array(rule, { error: 'expected a list of rules' }).default([])), {
    description:
      'How much is recorded of which calls; the first rule that fits decides, and what fits none is recorded in full. `level`: `none`, `metadata` (who, what, which resources, how it ended), `request` (parameters too) or `full` (response elements too). `services`, `operations` (`Get*`, `s3:GetObject`) and `principals` (ARN, user name, access key id or account) are lists of patterns. In the environment and as a flag it is JSON.',
    example: '[{level: none, services: [s3], operations: [GetObject, HeadObject]}, {level: metadata, services: [kms]}]',
  }),
  identities: setting(
    z.preprocess(fromText, z.array(identity, { error: 'expected a list of identities' }).default([])),
    {
      description:
        "Who keys and tokens are that Cairn's own IAM does not know: `accessKeyId` or `subject` (of a JSON web token), and `account` with `user`, or with `role` and `session`; an account alone is its root. In the environment and as a flag it is JSON.",
      example: '[{accessKeyId: AKIAIOSFODNN7EXAMPLE, account: "123456789012", user: ci}]',
    },
  ),
  answerTimeout: setting(durationMs(second, 24 * 3600 * second).default(910 * second), {
    unit: 'duration',
    // The longest a synchronous call of Lambda may run, and a little.
    description: 'How long an upstream may take to answer, and fall silent within an answer.',
    example: '60s',
  }),
}

export const captureRules: readonly Rule<{
  account: string
  accounts: readonly string[]
  capture: { identities: readonly { account: string }[] }
}>[] = [
  ({ account, accounts, capture: { identities } }) => {
    const foreign = identities.find((one) => one.account !== account && !accounts.includes(one.account))
    return foreign === undefined
      ? undefined
      : {
          key: 'capture.identities',
          problem: `names the account ${foreign.account}, which is none of this installation's (account, accounts)`,
        }
  },
]
