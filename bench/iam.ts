/**
 * One decision of the policy evaluator, beside a plain evaluator over the JSON of the same policies, by turns in the
 * same run. The usual case: a user with two managed policies and one of its own, a variable and an address condition.
 *
 * Usage: node bench/iam.ts [seconds]
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like templates
import { compilePolicy, evaluate, parsePolicy } from '@cairn/aws-kit/iam'
import { evaluateNaively } from '@cairn/testkit/cases/iam/naive-evaluator.ts'

const seconds = Number(process.argv[2] ?? 4)
const rounds = 8

const sources = [
  {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['cloudtrail:Get*', 'cloudtrail:Describe*', 'cloudtrail:LookupEvents'],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:ListBucket'],
        Resource: ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'],
      },
    ],
  },
  {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::home/${aws:username}/*' },
  },
  {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Action: 's3:*',
      Resource: '*',
      Condition: { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] } },
    },
  },
]

const context = { 'aws:username': 'ann', 'aws:sourceip': '192.0.2.7', 'aws:securetransport': 'true' }
const principal = {
  kind: 'user' as const,
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/ann',
  userId: 'AIDAANNAAAAAAAAAAAAA',
}
const asked = [
  { principal, action: 'cloudtrail:DescribeTrails', resource: '*' },
  { principal, action: 's3:GetObject', resource: 'arn:aws:s3:::home/ann/notes.txt' },
  { principal, action: 's3:PutObject', resource: 'arn:aws:s3:::logs/AWSLogs/x' },
]
const questions = asked.map((one) => ({ ...one, context: new Map(Object.entries(context)) }))
const naiveQuestions = asked.map((one) => ({ ...one, context }))
const policies = {
  identity: sources.map((one, index) => ({ name: `p${index}`, policy: compilePolicy(parsePolicy(one, 'identity')) })),
}

interface Run {
  decisions: number
  seconds: number
}

function round(decide: () => void, run: Run): void {
  const began = performance.now()
  const untilMs = began + (seconds * 1000) / (2 * rounds)
  while (performance.now() < untilMs) {
    for (let batch = 0; batch < 500; batch++) decide()
    run.decisions += 500 * asked.length
  }
  run.seconds += (performance.now() - began) / 1000
}

const compiled: Run = { decisions: 0, seconds: 0 }
const naive: Run = { decisions: 0, seconds: 0 }
const warmUp: Run = { decisions: 0, seconds: 0 }
const askCompiled = () => {
  for (const question of questions) evaluate(question, policies)
}
const askNaive = () => {
  for (const question of naiveQuestions) evaluateNaively(question, { identity: sources })
}
round(askCompiled, warmUp)
round(askNaive, warmUp)
for (let index = 0; index < rounds; index++) {
  round(askCompiled, compiled)
  round(askNaive, naive)
}

const each = (run: Run) => (run.seconds * 1e6) / run.decisions
console.log(
  `compiled ${each(compiled).toFixed(2)} µs a decision, plain ${each(naive).toFixed(2)} µs: ${(each(naive) / each(compiled)).toFixed(0)} times as quick`,
)
