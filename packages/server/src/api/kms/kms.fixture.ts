import type { Credentials } from '@cairn/aws-kit/sigv4'
import { createTestInstallation, textOf } from '../../http/installation.fixture.ts'

export const home = '000000000001'
export const neighbour = '000000000002'

/** An installation of two accounts, spoken to in the words of KMS. */
export async function createKmsInstallation(flags: Readonly<Record<string, string>> = {}) {
  const cairn = await createTestInstallation({ account: home, accounts: neighbour, ...flags })
  const other = cairn.keys.accounts.find(({ account }) => account === neighbour)
  if (!other?.admin) throw new TypeError('the second account has no admin')

  async function kms(
    name: string,
    input: object,
    { credentials = cairn.admin, region = 'us-east-1' }: { credentials?: Credentials; region?: string } = {},
  ) {
    const answer = await cairn.send({
      service: 'kms',
      region,
      credentials,
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${name}` },
    })
    const body = JSON.parse((await textOf(answer)) || '{}') as Record<string, unknown>
    return { status: answer.status, body, code: typeof body.__type === 'string' ? body.__type : undefined }
  }

  /** A call of IAM's, in its form. */
  async function iam(parameters: Readonly<Record<string, string>>, credentials: Credentials = cairn.admin) {
    const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await cairn.send({ service: 'iam', credentials, body, headers })
    return textOf(answer)
  }

  /** A user that may do what the statement says, and nothing else. */
  async function userWith(name: string, statement: object): Promise<Credentials> {
    await iam({ Action: 'CreateUser', UserName: name })
    const policy = { Version: '2012-10-17', Statement: [statement] }
    await iam({
      Action: 'PutUserPolicy',
      UserName: name,
      PolicyName: 'own',
      PolicyDocument: JSON.stringify(policy),
    })
    const made = await iam({ Action: 'CreateAccessKey', UserName: name })
    const element = (tag: string) => new RegExp(`<${tag}>([^<]+)<`).exec(made)?.[1] ?? ''
    return { accessKeyId: element('AccessKeyId'), secretAccessKey: element('SecretAccessKey') }
  }

  async function newKey(input: object = {}, options: { credentials?: Credentials; region?: string } = {}) {
    const { body } = await kms('CreateKey', input, options)
    const metadata = body.KeyMetadata as { KeyId: string; Arn: string }
    return { id: metadata.KeyId, arn: metadata.Arn, metadata }
  }

  return { ...cairn, otherAdmin: other.admin, kms, iam, userWith, newKey }
}

export function keyPolicy(...statements: readonly object[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
  })
}

export function rootOf(account: string) {
  return { AWS: `arn:aws:iam::${account}:root` }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
