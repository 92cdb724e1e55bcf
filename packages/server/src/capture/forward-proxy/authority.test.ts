import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { systemClock } from '../../storage/system/clock.ts'
import { systemIds } from '../../storage/system/ids.ts'
import { type Authority, newAuthority, openAuthority } from './authority.ts'
import { awsDomains } from './aws-hosts.ts'

const deps = { clock: systemClock, ids: systemIds }
const hourMs = 3_600_000

/** What a client that trusts the authority says of a server that shows its certificate for `host`. */
async function judge(authority: Authority, host: string): Promise<string> {
  const server = createServer({ SNICallback: (_name, done) => done(null, authority.contextFor(host)) })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  const socket = connect({ port, host: '127.0.0.1', servername: host, ca: authority.certificate })
  const verdict = await Promise.race([
    once(socket, 'secureConnect').then(() => `trusted in ${socket.getProtocol()}`),
    once(socket, 'close').then(() => 'closed'),
  ]).catch((error: Error) => error.message)
  socket.destroy()
  server.close()
  return verdict
}

test('clients that trust it trust hosts of AWS, and no other even if a certificate for it were made', async () => {
  const authority = openAuthority(newAuthority(awsDomains, hourMs, deps), deps)
  expect(await judge(authority, 'data.s3.eu-west-1.amazonaws.com')).toBe('trusted in TLSv1.3')
  expect(await judge(authority, 'sts.cn-north-1.amazonaws.com.cn')).toBe('trusted in TLSv1.3')
  expect(await judge(authority, 'bank.example.com')).toBe('permitted subtree violation')
  expect(await judge(authority, 'amazonaws.com.example.org')).toBe('permitted subtree violation')
})

test('it covers what is below its domains, and addresses only when named', () => {
  const authority = openAuthority(newAuthority(['amazonaws.com', '10.0.0.1'], hourMs, deps), deps)
  const hosts = ['amazonaws.com', 'a.b.amazonaws.com', '10.0.0.1', 'xamazonaws.com', 'amazonaws.com.x', '10.0.0.10']
  expect(hosts.map(authority.covers)).toEqual([true, true, true, false, false, false])
})

test('it is the same authority when it is opened again, and a certificate is made once a host', () => {
  const stored = newAuthority(['amazonaws.com'], hourMs, deps)
  const [first, second] = [openAuthority(stored, deps), openAuthority(stored, deps)]
  expect(first.certificate).toBe(second.certificate)
  expect(first.contextFor('a.amazonaws.com')).toBe(first.contextFor('a.amazonaws.com'))
})

test.each([0, 1])('its certificate is well formed for any serial number (first byte %i)', (first) => {
  const ids = { uuid: systemIds.uuid, bytes: (count: number) => Buffer.alloc(count, first) }
  const { certificate } = newAuthority(['amazonaws.com'], 50 * 365 * 24 * hourMs, { clock: systemClock, ids })
  const read = new X509Certificate(certificate)
  expect(read).toMatchObject({ ca: true })
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.validToDate.getUTCFullYear()).toBeGreaterThan(2050)
})
