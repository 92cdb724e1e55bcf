import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { bits, der, integer, objectId, octets, sequence, set, text, time, yes } from './der.ts'

/*
 * Certificate    = SEQUENCE { TBSCertificate, AlgorithmIdentifier, BIT STRING signature }
 * TBSCertificate = SEQUENCE { [0] version, serialNumber, AlgorithmIdentifier, issuer, validity, subject,
 *                             SubjectPublicKeyInfo, [3] extensions }                                  ; RFC 5280, 4.1
 */

/** A P-256 key and the name that its certificates carry as their issuer. */
export interface Issuer {
  readonly commonName: string
  readonly privateKey: KeyObject
}

interface Validity {
  /** Epoch milliseconds. */
  readonly fromMs: number
  readonly toMs: number
  /** Sixteen bytes that no other certificate of the issuer has. */
  readonly serial: Uint8Array
}

const hostSubject = 'Host behind the Cairn forward proxy'
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))
const extensionIds = {
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  nameConstraints: '551d1e',
  subjectAltName: '551d11',
  subjectKeyId: '551d0e',
  authorityKeyId: '551d23',
} as const
const serverAuth = objectId('2b06010505070301')
/** Bits of KeyUsage, the first being the highest: keyCertSign and cRLSign; digitalSignature. */
const signsCertificates = der(0x03, Buffer.from([1, 0x06]))
const signsHandshakes = der(0x03, Buffer.from([7, 0x80]))

/**
 * A certificate of an authority that signs itself, in PEM. It may vouch for names at or below `domains` and for no
 * other name and no address, so that whoever steals its key can impersonate nothing else.
 */
export function authorityCertificate(issuer: Issuer, validity: Validity, domains: readonly string[]): string {
  const publicKey = createPublicKey(issuer.privateKey)
  return issue(issuer, validity, issuer.commonName, publicKey, [
    extension('basicConstraints', sequence(yes, integer(Buffer.from([0]))), 'critical'),
    extension('keyUsage', signsCertificates, 'critical'),
    extension('nameConstraints', nameConstraints(domains), 'critical'),
    extension('subjectKeyId', octets(keyId(publicKey))),
  ])
}

/** A certificate for one host, by name or address, in PEM. */
export function hostCertificate(issuer: Issuer, validity: Validity, host: string, publicKey: KeyObject): string {
  // The common name must not look like a host: constraints on names would be held against an address there.
  return issue(issuer, validity, hostSubject, publicKey, [
    extension('basicConstraints', sequence(), 'critical'),
    extension('keyUsage', signsHandshakes, 'critical'),
    extension('extendedKeyUsage', sequence(serverAuth)),
    extension('subjectAltName', sequence(isIP(host) === 0 ? dnsName(host) : der(0x87, addressBytes(host)))),
    extension('authorityKeyId', sequence(der(0x80, keyId(createPublicKey(issuer.privateKey))))),
  ])
}

function issue(
  issuer: Issuer,
  { fromMs, toMs, serial }: Validity,
  subject: string,
  publicKey: KeyObject,
  extensions: readonly Buffer[],
): string {
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    named(issuer.commonName),
    sequence(time(fromMs), time(toMs)),
    named(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', content, issuer.privateKey)
  const lines =
    sequence(content, ecdsaWithSha256, bits(signature))
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const named = (commonName: string) => sequence(set(sequence(objectId('550403'), text(commonName))))
const dnsName = (name: string) => der(0x82, Buffer.from(name))

function extension(id: keyof typeof extensionIds, value: Buffer, isCritical?: 'critical'): Buffer {
  return sequence(objectId(extensionIds[id]), ...(isCritical ? [yes] : []), octets(value))
}

/** `amazonaws.com` covers itself and what is below it. All addresses are out, by a mask of zeros. */
function nameConstraints(domains: readonly string[]): Buffer {
  const names = domains.filter((domain) => isIP(domain) === 0).map((domain) => sequence(dnsName(domain)))
  const addresses = domains
    .filter((domain) => isIP(domain) !== 0)
    .map((address) => sequence(der(0x87, addressBytes(address), addressBytes(address).fill(0xff))))
  const everyAddress = [8, 32].map((bytes) => sequence(der(0x87, Buffer.alloc(bytes))))
  return sequence(der(0xa0, ...names, ...addresses), ...(addresses.length === 0 ? [der(0xa1, ...everyAddress)] : []))
}

/** The usual way: a hash of the key's bits, without the algorithm before them. @source RFC 5280, 4.2.1.2 */
function keyId(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return hash('sha1', point, 'buffer')
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = groups(tail ?? '')
  const gap = tail === undefined ? [] : new Array<number>(8 - front.length - back.length).fill(0)
  return Buffer.from([...front, ...gap, ...back].flatMap((group) => [group >> 8, group & 0xff]))
}
