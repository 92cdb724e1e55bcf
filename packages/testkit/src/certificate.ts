import { generateKeyPairSync, hash, sign } from 'node:crypto'

/** A certificate that signs itself and its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/*
 * Certificate    = SEQUENCE { TBSCertificate, AlgorithmIdentifier, BIT STRING signature }
 * TBSCertificate = SEQUENCE { [0] version, serialNumber, AlgorithmIdentifier, issuer, validity, subject,
 *                             SubjectPublicKeyInfo, [3] extensions }                                  ; RFC 5280, 4.1
 */

/** Makes a certificate for `localhost` and `127.0.0.1`, valid for a day before and after now. */
export function selfSignedCertificate(commonName: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const name = sequence(set(sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))))
  const algorithm = sequence(objectId('2a8648ce3d040302'))
  const day = 86_400_000
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const isAuthority = sequence(der(0x01, Buffer.from([0xff])))
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), hash('sha256', spki, 'buffer').subarray(0, 8)])),
    algorithm,
    name,
    sequence(time(Date.now() - day), time(Date.now() + day)),
    name,
    spki,
    der(0xa3, sequence(extension('551d11', names), extension('551d13', isAuthority))),
  )
  const signature = sign('sha256', content, privateKey)
  const certificate = sequence(content, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, Buffer.concat(parts))
const set = (...parts: readonly Buffer[]) => der(0x31, Buffer.concat(parts))
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const extension = (id: string, value: Buffer) => sequence(objectId(id), der(0x04, value))

/** UTCTime, `YYMMDDHHMMSSZ`. */
function time(ms: number): Buffer {
  return der(
    0x17,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2, 14)}Z`,
    ),
  )
}
