import { eventFrame } from './frames.ts'

/** Turns a seed into numbers from 0 to `below`, always the same ones. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export interface RecordsOptions {
  readonly seed: number
  /** Event time of the first record; each further one is up to four seconds later, some a little earlier. */
  readonly startMs: number
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
  /** How many users, roles, resources and addresses there are: few make dense hits, many sparse ones. */
  readonly variety: number
}

/** Event frames of plausible records, without end. Shapes, names and sizes follow real ones. */
export function* recordFrames(options: RecordsOptions) {
  const number = seededNumbers(options.seed)
  const pick = <Value>(values: readonly Value[]): Value => values[number(values.length)] as Value
  let timeMs = options.startMs
  for (let count = 0; ; count += 1) {
    timeMs += number(4) * 1000
    const account = pick(options.accounts)
    const region = pick(options.regions)
    const text = recordText({ number, pick, account, region, variety: options.variety, count, timeMs })
    yield eventFrame({
      text,
      account,
      region,
      acceptedAtMs: timeMs + 2_000,
      audience: { kind: 'history' },
      source: 'import',
    })
  }
}

interface Draw {
  readonly number: (below: number) => number
  readonly pick: <Value>(values: readonly Value[]) => Value
  readonly account: string
  readonly region: string
  readonly variety: number
  readonly count: number
  readonly timeMs: number
}

const calls = [
  { source: 'ec2', name: 'DescribeInstances', readOnly: true, type: undefined },
  { source: 'ec2', name: 'DescribeRouteTables', readOnly: true, type: undefined },
  { source: 'kms', name: 'Decrypt', readOnly: true, type: 'AWS::KMS::Key' },
  { source: 'sts', name: 'AssumeRole', readOnly: true, type: 'AWS::IAM::Role' },
  { source: 'secretsmanager', name: 'GetSecretValue', readOnly: true, type: undefined },
  { source: 'iam', name: 'CreateUser', readOnly: false, type: undefined },
  { source: 's3', name: 'PutBucketPolicy', readOnly: false, type: 'AWS::S3::Bucket' },
  { source: 's3', name: 'GetObject', readOnly: true, type: 'AWS::S3::Object' },
] as const

const errorCodes = ['AccessDenied', 'ThrottlingException', 'Client.UnauthorizedOperation', 'NoSuchEntityException']

function recordText({ number, pick, account, region, variety, count, timeMs }: Draw): string {
  const call = pick(calls)
  const user = number(variety)
  const role = `role-${number(Math.max(2, variety >> 2))}`
  const session = `${pick(['ci', 'web', 'ops'])}-${user}`
  const isRole = number(2) === 0
  const isData = call.name === 'GetObject'
  const time = new Date(timeMs - number(3) * 1000).toISOString().replace('.000', '')
  const record = {
    eventVersion: '1.11',
    userIdentity: isRole
      ? {
          type: 'AssumedRole',
          principalId: `AROA${role}:${session}`,
          arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
          accountId: account,
          accessKeyId: `ASIA${String(number(variety * 4)).padStart(16, 'A')}`,
          sessionContext: {
            sessionIssuer: {
              type: 'Role',
              arn: `arn:aws:iam::${account}:role/${role}`,
              accountId: account,
              userName: role,
            },
            attributes: { creationDate: time, mfaAuthenticated: 'false' },
          },
        }
      : {
          type: 'IAMUser',
          principalId: `AIDA${user}`,
          arn: `arn:aws:iam::${account}:user/${session}`,
          accountId: account,
          accessKeyId: `AKIA${String(user).padStart(16, 'A')}`,
          userName: session,
        },
    eventTime: time,
    eventSource: `${call.source}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress:
      number(8) === 0 ? 'cloudformation.amazonaws.com' : `203.0.${number(4)}.${number(Math.min(250, variety))}`,
    userAgent: pick([
      'aws-cli/2.36.12 md/prompt=off',
      'Boto3/1.40 ua/2.1 os/linux#6.1 lang/python=3.13',
      'AWS Internal',
    ]),
    ...(number(10) === 0 ? { errorCode: pick(errorCodes), errorMessage: `User: ${session} is not authorized` } : {}),
    requestParameters: {
      roleName: role,
      maxResults: number(1000),
      filterSet: { items: [{ name: `tag:${number(variety)}` }] },
    },
    responseElements: null,
    requestID: uuid(number),
    eventID: uuid(number),
    readOnly: call.readOnly,
    ...(call.type === undefined
      ? {}
      : {
          resources: [
            { accountId: account, type: call.type, ARN: `arn:aws:${call.source}:::thing-${number(variety)}` },
          ],
        }),
    eventType: 'AwsApiCall',
    managementEvent: !isData,
    recipientAccountId: account,
    eventCategory: isData ? 'Data' : 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${call.source}.${region}.amazonaws.com`,
    },
    sequence: count,
  }
  return JSON.stringify(record).replaceAll('=', '\\u003d')
}

function uuid(number: (below: number) => number): string {
  const hex = Array.from({ length: 4 }, () =>
    number(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
