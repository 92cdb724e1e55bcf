import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Large objects, as the transfer parts of stock clients send and fetch them. */

const found = clients()
const folder = temporaryFolder()
const large = join(folder.path, 'large')
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  const bytes = Buffer.alloc(11 * 1024 ** 2 + 17)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 31 + (at >> 9)) & 0xff
  writeFileSync(large, bytes)
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test.skipIf(found.aws2.kind === 'absent')(
  'aws-cli 2 with the C runtime under it sends and fetches, with the checksum of the whole',
  { timeout: 90_000 },
  async () => {
    const program = programOf(found.aws2)
    const home = cairn.environment.HOME ?? ''
    mkdirSync(join(home, '.aws'), { recursive: true })
    writeFileSync(join(home, '.aws', 'config'), '[default]\ns3 =\n  preferred_transfer_client = crt\n')
    // It speaks TLS to an endpoint out of the environment, whatever its scheme.
    const aws = (...args: readonly string[]) => cairn.run(program, ...args, '--endpoint-url', cairn.endpoint)
    const done = { code: 0, stderr: '' }
    expect(await aws('s3', 'mb', 's3://crt')).toMatchObject(done)
    expect(await aws('s3', 'cp', large, 's3://crt/large', '--no-progress')).toMatchObject(done)
    const back = join(folder.path, 'back')
    expect(await aws('s3', 'cp', 's3://crt/large', back, '--no-progress')).toMatchObject(done)
    expect(readFileSync(back).equals(readFileSync(large))).toBe(true)
    const at = ['--bucket', 'crt', '--output', 'json']
    const sent = await aws('s3api', 'head-object', ...at, '--key', 'large', '--checksum-mode', 'ENABLED')
    const one = ['--key', 'one', '--body', large, '--checksum-algorithm', 'CRC64NVME']
    const whole = await aws('s3api', 'put-object', ...at, ...one)
    const { ChecksumCRC64NVME } = JSON.parse(whole.stdout)
    expect(JSON.parse(sent.stdout)).toMatchObject({ ChecksumCRC64NVME, ChecksumType: 'FULL_OBJECT' })
  },
)

const script = `
import base64, boto3, sys, zlib
from botocore.exceptions import ClientError
s3 = boto3.client('s3')
s3.create_bucket(Bucket='parts')
data = open(sys.argv[1], 'rb').read()
right = base64.b64encode(zlib.crc32(data).to_bytes(4, 'big')).decode()
at = {'Bucket': 'parts', 'Key': 'large'}

s3.upload_file(sys.argv[1], **at, ExtraArgs={'ChecksumCRC32': right})
head = s3.head_object(**at, ChecksumMode='ENABLED')
assert (head['ChecksumCRC32'], head['ChecksumType']) == (right, 'FULL_OBJECT'), head
s3.download_file(**at, Filename=sys.argv[1] + '.out')
try:
    s3.upload_file(sys.argv[1], **at, ExtraArgs={'ChecksumCRC32': 'AAAAAA=='})
    assert False, 'a wrong checksum was taken'
except Exception as error:
    assert 'BadDigest' in str(error), error

s3.upload_file(sys.argv[1], **at)
head = s3.head_object(**at, ChecksumMode='ENABLED')
assert head['ChecksumType'] == 'COMPOSITE' and head['ChecksumCRC32'].endswith('-2'), head
# A copy is made at once, and has no parts.
s3.copy_object(Bucket='parts', Key='copy', CopySource='parts/large')
head = s3.head_object(Bucket='parts', Key='copy', ChecksumMode='ENABLED', PartNumber=1)
assert 'ChecksumType' not in head and 'PartsCount' not in head and head['ContentLength'] == len(data), head

for algorithm, kind in (('SHA256', 'FULL_OBJECT'), ('CRC64NVME', 'COMPOSITE')):
    try:
        s3.create_multipart_upload(**at, ChecksumAlgorithm=algorithm, ChecksumType=kind)
        assert False, algorithm
    except ClientError as error:
        assert error.response['Error']['Code'] == 'InvalidRequest', error
`

test.skipIf(found.python.kind === 'absent')(
  'boto3: an object sent in parts has the checksum it was given as a whole, or that of its parts',
  { timeout: 90_000 },
  async () => {
    const file = join(folder.path, 'parts.py')
    writeFileSync(file, script)
    expect(await cairn.run(programOf(found.python), file, large)).toMatchObject({ code: 0, stderr: '' })
  },
)
