import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { clients } from '@cairn/testkit/clients'
import { type Moto, startMoto } from '@cairn/testkit/moto'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packages, recorder } from './record.fixture.ts'

/** The least policy of a session is put to the proof: Cairn's gateway asks it for the same program again. */

const { moto: motoClient } = clients()
const reason = motoClient.kind === 'absent' ? motoClient.reason : ''

/** Makes five calls and says of each `fine` or its error; run by itself, with what its environment says. */
const app = `
import { createRequire } from 'node:module'
const { S3Client, ...s3 } = createRequire(${JSON.stringify(packages)})('@aws-sdk/client-s3')
async function read({ Body }) {
  await Body?.transformToString()
  return 'fine'
}
export async function run(settings) {
  const client = new S3Client({ forcePathStyle: true, maxAttempts: 1, ...settings })
  const calls = [
    new s3.PutObjectCommand({ Bucket: 'least', Key: 'in/a*b', Body: 'hello' }),
    new s3.CopyObjectCommand({ Bucket: 'least', Key: 'out', CopySource: 'least/in/a*b' }),
    new s3.GetObjectCommand({ Bucket: 'least', Key: 'out' }),
    new s3.ListObjectsV2Command({ Bucket: 'least' }),
    new s3.DeleteObjectCommand({ Bucket: 'least', Key: 'in/a*b' }),
  ]
  const said = []
  for (const call of calls) said.push(await client.send(call).then(read, (error) => error.name))
  return said
}
if (import.meta.main ?? process.argv[1]?.endsWith('app.mjs')) console.log((await run({})).join())
`

interface Policy {
  readonly Version: string
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[]
}

describe.skipIf(reason !== '')(`the least policy of a session ${reason}`, () => {
  const folder = temporaryFolder()
  let moto: Moto
  let cairn: RunningCairn
  beforeAll(async () => {
    moto = await startMoto()
    const upstream = `s3=${moto.endpoint},sign=resign,credentials=env:UP_`
    cairn = await startCairn({
      dataDir: join(folder.path, 'data'),
      args: ['--upstream', upstream],
      environment: { UP_ACCESS_KEY_ID: 'upstream', UP_SECRET_ACCESS_KEY: 'upstream-secret' },
    })
    writeFileSync(join(folder.path, 'app.mjs'), app)
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const s3 = new S3Client({ endpoint: moto.endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
    await s3.send(new CreateBucketCommand({ Bucket: 'least' }))
  })
  afterAll(async () => {
    await cairn?.[Symbol.asyncDispose]()
    await moto?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  test('lets the same program run again, and refuses a call without any one of its actions', async () => {
    const { run } = recorder(folder.path)
    const recorded = await run(['--policy', 'policy.json', '--', process.execPath, 'app.mjs'], {
      AWS_ENDPOINT_URL: moto.endpoint,
    })
    expect(recorded, recorded.stderr).toMatchObject({ code: 0, stdout: 'fine,fine,fine,fine,fine\n' })
    const policy: Policy = JSON.parse(readFileSync(join(folder.path, 'policy.json'), 'utf8'))

    const { environment } = cairn
    const iam = new IAMClient({
      endpoint: cairn.endpoint,
      region: 'us-east-1',
      credentials: {
        accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
      },
    })
    await iam.send(new CreateUserCommand({ UserName: 'least' }))
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'least' }))
    const credentials = { accessKeyId: key?.AccessKeyId, secretAccessKey: key?.SecretAccessKey }
    const program: { run(settings: object): Promise<readonly string[]> } = await import(join(folder.path, 'app.mjs'))
    const under = async (document: Policy) => {
      const PolicyDocument = JSON.stringify(document)
      await iam.send(new PutUserPolicyCommand({ UserName: 'least', PolicyName: 'least', PolicyDocument }))
      return program.run({ endpoint: cairn.endpoint, region: 'us-east-1', credentials })
    }

    expect(await under(policy)).toEqual(Array(5).fill('fine'))
    const actions = policy.Statement.flatMap(({ Action }) => Action)
    expect(actions.length).toBeGreaterThanOrEqual(4)
    for (const action of new Set(actions)) {
      const Statement = policy.Statement.map((one) => ({
        ...one,
        Action: one.Action.filter((name) => name !== action),
      }))
      const less = { ...policy, Statement: Statement.filter(({ Action }) => Action.length > 0) }
      expect(await under(less), `without ${action}`).toContain('AccessDenied')
    }
  })
})
