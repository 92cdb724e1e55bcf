import { createHash, createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Addresses that stock clients sign for others to use. */

const found = clients()
const folder = temporaryFolder()
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

class Sha256 {
  readonly #hash
  constructor(secret?: string | Uint8Array | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

/** An address as `getSignedUrl` of the JavaScript SDK makes it: every `x-amz-` header is moved into the query. */
async function presignedPut(path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { hostname, port, host } = new URL(cairn.endpoint)
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = cairn.environment
  const credentials = { accessKeyId, secretAccessKey }
  const signer = new SignatureV4({
    credentials,
    region: 'us-east-1',
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
  })
  const { query = {} } = await signer.presign(
    {
      method: 'PUT',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      query: { 'x-id': 'PutObject' },
      headers: { host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', ...headers },
    },
    { expiresIn: 600 },
  )
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${cairn.endpoint}${path}?${text.join('&')}`
}

const script = `
import boto3, sys, urllib.request
from botocore.config import Config
s3 = boto3.client('s3')
if sys.argv[1] == 'read':
    head = s3.head_object(Bucket='shared', Key='moved')
    assert head['Metadata'] == {'color': 'dark blue'} and head['TagCount'] == 1, head
    s3.head_object(Bucket='shared', Key='moved', ChecksumMode='ENABLED')['ChecksumSHA256']
    sys.exit()

def answer(address, method='GET', body=None, headers={'Content-Type': ''}):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers, method=method)) as got:
            return got.status, got.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()

s3.create_bucket(Bucket='shared')
key = {'Bucket': 'shared', 'Key': 'a b/ü&+.txt'}
for version in (None, 's3', 's3v4'):
    signer = boto3.client('s3', config=Config(signature_version=version)) if version else s3
    put = signer.generate_presigned_url('put_object', Params=key)
    assert answer(put, 'PUT', b'text')[0] == 200, (version, answer(put, 'PUT', b'text'))
    get = signer.generate_presigned_url('get_object', Params=dict(key, ResponseContentType='text/x-mine'))
    assert answer(get) == (200, b'text'), (version, answer(get))
    assert answer(get, 'PUT', b'x')[0] == 403
    for changed in (get.replace('.txt', '.tx'), get.replace('x-mine', 'x-thine')):
        status, told = answer(changed)
        assert status == 403 and 'SignatureDoesNotMatch' in told, (version, changed, told)
    status, told = answer(signer.generate_presigned_url('get_object', Params=key, ExpiresIn=-5 if version != 's3v4' else 1))
    assert version == 's3v4' or (status == 403 and 'Request has expired' in told), (version, told)

# What the signer put into a header goes in the query of the old form.
old = boto3.client('s3', config=Config(signature_version='s3'))
described = old.generate_presigned_url('put_object', Params=dict(key, Metadata={'a': 'b c'}, ContentType='text/x-mine'))
assert answer(described, 'PUT', b'text', {'Content-Type': 'text/x-mine'})[0] == 200, answer(described, 'PUT', b'text', {'Content-Type': 'text/x-mine'})
head = s3.head_object(**key)
assert (head['Metadata'], head['ContentType']) == ({'a': 'b c'}, 'text/x-mine'), head

# Whoever took on a role signs with its token; one that nobody may use is refused.
iam, sts = boto3.client('iam'), boto3.client('sts')
session = sts.get_session_token()['Credentials']
keys = dict(aws_access_key_id=session['AccessKeyId'], aws_secret_access_key=session['SecretAccessKey'])
with_token = boto3.client('s3', aws_session_token=session['SessionToken'], **keys).generate_presigned_url('get_object', Params=key)
assert answer(with_token)[0] == 200, answer(with_token)
without = boto3.client('s3', **keys).generate_presigned_url('get_object', Params=key)
assert answer(without)[0] in (400, 403)
unknown = boto3.client('s3', aws_access_key_id='AKIAIOSFODNN7EXAMPLE', aws_secret_access_key='x').generate_presigned_url('get_object', Params=key)
assert 'InvalidAccessKeyId' in answer(unknown)[1]
`

test.skipIf(found.python.kind === 'absent')(
  'boto3: addresses of either signature version read and write, and nothing else',
  { timeout: 90_000 },
  async () => {
    const file = join(folder.path, 'presigned.py')
    writeFileSync(file, script)
    expect(await cairn.run(programOf(found.python), file, 'make')).toMatchObject({ code: 0, stderr: '' })
    const sum = createHash('sha256').update('abc').digest('base64')
    const address = await presignedPut('/shared/moved', {
      'x-amz-meta-color': 'dark blue',
      'x-amz-tagging': 'a=1',
      'x-amz-checksum-sha256': sum,
    })
    const wrong = await fetch(address, { method: 'PUT', body: 'abd' })
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('BadDigest')])
    expect((await fetch(address, { method: 'PUT', body: 'abc' })).status).toBe(200)
    expect(await cairn.run(programOf(found.python), file, 'read')).toMatchObject({ code: 0, stderr: '' })
    const open = await presignedPut('/shared/open', { 'x-amz-acl': 'public-read' })
    expect((await fetch(open, { method: 'PUT', body: 'abc' })).status).toBe(400)
  },
)

test.skipIf(found.aws1.kind === 'absent')('aws-cli 1: s3 presign', { timeout: 90_000 }, async () => {
  const program = programOf(found.aws1)
  const file = join(folder.path, 'object')
  writeFileSync(file, 'text')
  await cairn.run(program, 's3', 'mb', 's3://presigned')
  await cairn.run(program, 's3', 'cp', file, 's3://presigned/object')
  const { stdout } = await cairn.run(program, 's3', 'presign', 's3://presigned/object')
  expect(await (await fetch(stdout.trim())).text()).toBe('text')
})
