import { type FoundDigest, readDigest } from './read-digest.ts'
import type { OwnSignature, SeenContent, SignatureVerdict } from './seen.ts'

/** What a digest says; `text` is that of the file's first gzip member. */
export function digestContent(
  member: SeenContent<unknown>,
  text: string,
): SeenContent<{ readonly digest: FoundDigest }> {
  if (member.kind === 'unreadable') return member
  const digest = readDigest(text)
  if ('problem' in digest) return { kind: 'unreadable', problem: digest.problem }
  return { kind: 'read', digest, sha256: member.sha256, hasMoreBytes: member.hasMoreBytes }
}

/** The signature in the metadata of a digest's object; a copy to a folder has none. */
export function ownSignature(
  metadata: Readonly<Record<string, string | undefined>> | undefined,
  verdict: (signature: string) => SignatureVerdict,
): OwnSignature {
  if (metadata === undefined) return { kind: 'not-carried' }
  const { signature } = metadata
  if (signature === undefined || metadata['signature-algorithm'] === undefined) return { kind: 'stripped' }
  return { kind: 'given', signature, verdict: verdict(signature) }
}
