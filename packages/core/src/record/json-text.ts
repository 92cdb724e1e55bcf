/**
 * JSON text as CloudTrail's writer makes it: compact, and in strings the characters that matter in HTML as `\u00xx`,
 * which is what the Java library behind it does by default.
 *
 * @source behaviour of real log files 2014–2021; other emitters of 2023 leave these characters alone
 */

const escaped: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '=': '\\u003d',
  "'": '\\u0027',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

const unsafe = /[<>&='\u2028\u2029]/g

/** Applies the escapes to text that is already JSON. None of these characters occurs outside strings there. */
export function escapeHtmlSafe(json: string): string {
  return json.replace(unsafe, (character) => escaped[character] ?? character)
}

/** `undefined` members are left out; a lone surrogate becomes its escape. */
export function jsonText(value: unknown): string {
  return escapeHtmlSafe(JSON.stringify(value) ?? 'null')
}

const encoder = new TextEncoder()

/** Length in UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length
}

/** The longest prefix of at most `bytesMax` UTF-8 bytes that ends between characters. */
export function truncateUtf8(text: string, bytesMax: number): string {
  // No UTF-16 unit needs more than three bytes, so a short text is known to fit without encoding it.
  if (text.length * 3 <= bytesMax) return text
  const { read } = encoder.encodeInto(text, new Uint8Array(bytesMax))
  return text.slice(0, read)
}
