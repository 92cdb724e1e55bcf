import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { javaTrustStore } from './java-trust-store.ts'

// That Java takes it is shown by the SDK for Java in the scenario of `cairn record`, when everything is tested.
test('holds every certificate that can be read, each marked as trusted, in one well-formed value', () => {
  const roots = rootCertificates.slice(0, 3)
  const store = Buffer.from(javaTrustStore([...roots, '-----BEGIN CERTIFICATE-----\nxxxx\n-----END CERTIFICATE-----']))
  // A sequence with a length of two bytes that is all there is, then version 3.
  expect(store.subarray(0, 2).toString('hex')).toBe('3082')
  expect(store.readUInt16BE(2)).toBe(store.length - 4)
  expect(store.subarray(4, 7).toString('hex')).toBe('020103')
  let from = 0
  for (const root of roots) {
    const at = store.indexOf(new X509Certificate(root).raw, from)
    expect(at).toBeGreaterThan(from)
    from = at
  }
  const trusted = Buffer.from('060c6086480186f966adca7b0101', 'hex')
  expect(store.toString('latin1').split(trusted.toString('latin1'))).toHaveLength(roots.length + 1)
})
