import { X509Certificate } from 'node:crypto'
import { der, integer, objectId, octets, sequence, set } from './der.ts'

const data = objectId('2a864886f70d010701')
const certificateBag = objectId('2a864886f70d010c0a0103')
const x509Certificate = objectId('2a864886f70d01091601')
const friendlyName = objectId('2a864886f70d010914')
/** Java takes a certificate for an authority only with this attribute of its own; the value is "for any use". */
const trustedKeyUsage = objectId('6086480186f966adca7b0101')
const anyUse = objectId('551d2500')

/**
 * Certificates (PEM) as a store that Java trusts, since it reads no PEM: PKCS #12 without encryption and without a
 * password, like the list of authorities that comes with Java.
 *
 * @source RFC 7292, 4; the attribute: JDK, PKCS12KeyStore
 */
export function javaTrustStore(certificates: readonly string[]): Uint8Array {
  const bags = certificates.flatMap(readable).map((each, index) => bagOf(each.raw, `authority-${index}`))
  const contents = sequence(contentOf(sequence(...bags)))
  return sequence(integer(Buffer.from([3])), contentOf(contents))
}

const tagged = (content: Uint8Array) => der(0xa0, content)

/** A machine's list may hold what nobody can read; the others are trusted all the same, as with PEM. */
function readable(pem: string): readonly X509Certificate[] {
  try {
    return [new X509Certificate(pem)]
  } catch {
    return []
  }
}

function contentOf(content: Uint8Array): Buffer {
  return sequence(data, tagged(octets(content)))
}

function bagOf(certificate: Uint8Array, name: string): Buffer {
  const value = sequence(x509Certificate, tagged(octets(certificate)))
  // A BMPString is UTF-16 with the higher byte first.
  const label = der(0x1e, Buffer.from(name, 'utf16le').swap16())
  const attributes = set(sequence(friendlyName, set(label)), sequence(trustedKeyUsage, set(anyUse)))
  return sequence(certificateBag, tagged(value), attributes)
}
