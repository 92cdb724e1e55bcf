/**
 * Text from outside (event fields, file names) made safe for a terminal: control characters, which could move the
 * cursor, change the title or hide what follows, become their code in brackets; so do the marks that reverse the
 * direction of text.
 */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `<${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}>`,
  )
}
