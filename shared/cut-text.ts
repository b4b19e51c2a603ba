/** The text, cut to at most `maxBytes` of UTF-8 with an ellipsis at the end; no character is split. */
export function cutToBytes(text: string, maxBytes: number): string {
  // No more than this can fit, and the whole may be megabytes.
  const bytes = Buffer.from(text.slice(0, maxBytes + 1))
  if (bytes.length <= maxBytes && text.length <= maxBytes) return text
  // With `stream` an incomplete character at the end is held back.
  return `${new TextDecoder().decode(bytes.subarray(0, maxBytes - ELLIPSIS_BYTES), { stream: true })}…`
}

const ELLIPSIS_BYTES = 3
